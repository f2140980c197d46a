import type { Run } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import type { Store } from '../../db/store.ts';
import type { QueueRoom } from '../queue/queue.ts';
import type { RunsRoom } from './runs.ts';
import { isLive } from './state.ts';

export interface ControlOptions {
  store: Store;
  runs: RunsRoom;
  queue: QueueRoom;
}

/** Pause, resume, stop, continue: what a person may ask of a run. Each throws `runs.not-pausable` where it does not fit. */
export function runControl({ store, runs, queue }: ControlOptions) {
  const refuse = (run: Run, action: string): never => {
    throw new AppError('runs.not-pausable', { name: run.name, status: run.status, action });
  };

  /** To the head of the queue: the user wants it now. */
  function requeue(id: string, intent: 'train' | 'finish'): Run {
    store.runs.setIntent(id, intent);
    runs.apply(id, { kind: 'queue', position: queue.first() });
    queue.pump();
    return runs.get(id);
  }

  return {
    pause(id: string): Run {
      const run = runs.get(id);
      if (run.status !== 'starting' && run.status !== 'running') return refuse(run, 'paused');
      queue.tell(id, { kind: 'pause' });
      return runs.apply(id, { kind: 'pause' });
    },
    resume(id: string): Run {
      const run = runs.get(id);
      if (run.status !== 'paused' || run.trashedAt !== null) return refuse(run, 'resumed');
      return requeue(id, 'train');
    },
    continue(id: string): Run {
      const run = runs.get(id);
      const broke = run.status === 'crashed' || run.status === 'failed';
      if (!broke || run.trashedAt !== null) return refuse(run, 'continued');
      return requeue(id, 'train');
    },
    /**
     * With `keep` the model as it is gets measured and sampled, for which a run that does not compute needs a device
     * once more. Without, the run goes to the trash.
     */
    stop(id: string, keep: boolean): Run {
      const run = runs.get(id);
      if (run.status === 'stopping' && !keep) {
        // Asked again while it still measures: end now.
        runs.apply(id, { kind: 'discarded' });
        queue.kill(id);
        return runs.get(id);
      }
      if (run.status === 'stopping') return refuse(run, 'stopped');
      if (isLive(run)) {
        queue.tell(id, { kind: 'stop', keep });
        return runs.apply(id, { kind: 'stop' });
      }
      const over = run.status === 'finished' || run.status === 'stopped';
      if (over || run.trashedAt !== null) return refuse(run, 'stopped');
      if (!keep || run.status === 'queued') return runs.apply(id, { kind: 'trash' });
      if (run.savedStep === null) throw new AppError('runs.no-model', { name: run.name });
      return requeue(id, 'finish');
    },
  };
}
export type RunControl = ReturnType<typeof runControl>;
