import os from 'node:os';
import type { Run } from '../../contract/entities.ts';
import type { TrainJob } from '../../contract/worker.ts';
import type { DataSetsRoom } from '../datasets/datasets.ts';
import type { DevicesRoom } from '../devices/devices.ts';
import type { Home } from '../home/home.ts';
import type { SettingsRoom } from '../settings/settings.ts';
import { jobOf } from './job.ts';

export interface ModelJobOptions {
  dataSets: Pick<DataSetsRoom, 'get'>;
  devices: Pick<DevicesRoom, 'list'>;
  settings: SettingsRoom;
  home: Home;
}

/** What a process must know that opens the saved model of a run, to ask it something. */
export function modelJobOf(run: Run, { dataSets, devices, settings, home }: ModelJobOptions): TrainJob {
  // The processor, which comes last in the list: cards are for training.
  const device = { ...devices.list().at(-1)!, slots: 1 };
  const cores = os.availableParallelism();
  const dataSet = dataSets.get(run.dataSetId);
  return jobOf({ run, dataSet, device, settings: settings.get(), home, cores, resume: false });
}
