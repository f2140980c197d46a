import type * as z from 'zod';
import type { FromTrainWorker, TrainJob } from '../../contract/worker.ts';
import type { Values } from '../blocks/procedures/index.ts';
import type { Evaluation } from '../measure/evaluate.ts';
import { collapseWatcher } from './watch-collapse.ts';
import { overfittingWatcher } from './watch-overfitting.ts';

export type LoopEvent =
  | { readonly kind: 'update'; readonly step: number; readonly klWeight: number; readonly values: Values }
  | { readonly kind: 'evaluation'; readonly step: number; readonly evaluation: Evaluation };

export type Warning = Extract<FromTrainWorker, { kind: 'warning' }>['warning'];

/** Hangs on the events of the loop; its state is saved with the run. */
export interface Watcher<State = unknown> {
  readonly name: string;
  readonly schema: z.ZodType<State>;
  readonly start: State;
  see(state: State, event: LoopEvent): { state: State; warning?: Warning };
}

/** One line for each watcher. */
export const watchersOf = (job: TrainJob, latent: boolean): readonly Watcher[] => [
  ...(latent ? [collapseWatcher(job.collapse)] : []),
  overfittingWatcher(),
];
