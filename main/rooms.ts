import type { SetupStep } from '../contract/entities.ts';
import type { CombinationsRoom } from './combinations/combinations.ts';
import type { DataSetsRoom } from './datasets/datasets.ts';
import type { DevicesRoom } from './devices/devices.ts';
import type { EncodersRoom } from './encoders/encoders.ts';
import type { ExportsRoom } from './exports/exports.ts';
import type { HandOver } from './hand-over.ts';
import type { LanguageModels } from './language-models/language-models.ts';
import type { NoticesRoom } from './notices/notices.ts';
import type { QueueRoom } from './queue/queue.ts';
import type { Feed } from './rpc/feed.ts';
import type { RunControl } from './runs/control.ts';
import type { RunsRoom } from './runs/runs.ts';
import type { Ngram } from './samples/ngram.ts';
import type { SamplesRoom } from './samples/samples.ts';
import type { SettingsRoom } from './settings/settings.ts';
import type { StudiesRoom } from './studies/studies.ts';

export type Shell = 'electron' | 'browser' | 'cli';

/** Everything a call may reach: what `openApp` puts together. */
export interface Rooms {
  readonly feed: Feed;
  readonly handOver: HandOver;
  readonly settings: SettingsRoom;
  readonly notices: NoticesRoom;
  readonly devices: DevicesRoom;
  readonly dataSets: DataSetsRoom;
  readonly runs: RunsRoom;
  /** Pause, resume, stop, continue. */
  readonly control: RunControl;
  readonly queue: QueueRoom;
  readonly studies: StudiesRoom;
  readonly combinations: CombinationsRoom;
  readonly samples: SamplesRoom;
  readonly languageModels: LanguageModels;
  readonly ngram: Ngram;
  readonly encoders: EncodersRoom;
  readonly exports: ExportsRoom;
  doctor(): { version: string; home: string; shell: Shell; steps: SetupStep[] };
  /** Logs what nobody foresaw and answers its number. */
  report(error: unknown): string;
}
