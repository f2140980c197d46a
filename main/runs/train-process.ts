import {
  fromTrainWorker,
  type FromTrainWorker,
  type ToTrainWorker,
  type TrainJob,
} from '../../contract/worker.ts';
import { startWorker } from '../worker-process.ts';

export interface TrainProcess {
  send(message: ToTrainWorker): void;
  /** Ends it at once; `onGone` follows. */
  kill(): void;
  /** Resolves when the process is no more. */
  readonly ended: Promise<void>;
}

export interface TrainProcessOptions {
  file: string;
  job: TrainJob;
  /** Asks for what the job would take instead of the job. */
  foresee?: boolean;
  /** What the process finds in its environment beside ours. */
  env: Record<string, string>;
  onMessage(message: FromTrainWorker): void;
  /** What it prints, by line: the native library complains there. */
  onPrint(line: string): void;
  /** It ended, or was ended, without a last word; called at most once. */
  onGone(reason: string): void;
  /** Milliseconds of a second; tests have shorter ones. */
  second?: number;
}

const lastWords: readonly FromTrainWorker['kind'][] = [
  'paused',
  'finished',
  'discarded',
  'failed',
  'foreseen',
];

/**
 * Seconds without a word after which a worker counts as gone. Its heart beats between executions, every second at most,
 * and a large model on a busy machine may hold one for long: with ten seconds healthy runs were ended. A process that
 * ends is noticed at once.
 */
const patience = 120;
/** Seconds between a last word and the end of the process. */
const graceAfterLastWord = 5;

/** One run's own process, watched by its heartbeat. */
export function startTrainProcess(options: TrainProcessOptions): TrainProcess {
  const { file, job, foresee = false, env, onMessage, onPrint, onGone, second = 1000 } = options;
  let done = false;
  // Counted in ticks, not by the clock: a laptop that slept for an hour has not missed 3,600 heartbeats.
  let silentTicks = 0;
  const gone = (reason: string) => {
    if (done) return;
    done = true;
    onGone(reason);
  };

  const worker = startWorker({
    file,
    env,
    onPrint,
    onMessage(raw) {
      if (done) return;
      silentTicks = 0;
      const parsed = fromTrainWorker.safeParse(raw);
      if (!parsed.success) {
        gone(`it said what nobody understands (${parsed.error.issues[0]?.message ?? ''}): ${excerpt(raw)}`);
        worker.kill();
        return;
      }
      if (lastWords.includes(parsed.data.kind)) done = true;
      onMessage(parsed.data);
    },
  });
  const timer = setInterval(() => {
    silentTicks += 1;
    if (silentTicks <= (done ? graceAfterLastWord : patience)) return;
    gone(`no word for ${patience} seconds`);
    worker.kill();
  }, second);
  const ended = worker.ended.then((reason) => {
    clearInterval(timer);
    gone(reason);
  });
  worker.send({ kind: foresee ? 'foresee' : 'start', job } satisfies ToTrainWorker);
  return { send: worker.send, kill: worker.kill, ended };
}

const excerpt = (raw: unknown) => (JSON.stringify(raw) ?? '').slice(0, 200);
