import { mkdirSync } from 'node:fs';
import type * as z from 'zod';
import { AppError } from '../../contract/errors.ts';
import type { FromTrainWorker, TrainJob } from '../../contract/worker.ts';
import { breather } from '../measure/breathe.ts';
import { evaluator } from '../measure/evaluate.ts';
import { finishRun, SAMPLE_SEED } from '../measure/finish.ts';
import { writerOf } from '../measure/write-samples.ts';
import { passOrder } from '../text/order.ts';
import { spreadSentences } from '../text/split.ts';
import { beginWith, clearRun, readCheckpoint, restoreBest, restoreInto, saveBest } from './checkpoint.ts';
import { startState, train, type Loop } from './loop.ts';
import { openRun } from './open.ts';
import { recorder } from './recorder.ts';
import type { LoopState } from './state.ts';
import { watchersOf, type LoopEvent } from './watchers.ts';

/** What a person may ask of a run while it works. */
export type Wish = 'pause' | 'keep' | 'discard';

/** The process around a run. */
export interface RunHost {
  send(message: FromTrainWorker): void;
  /** What was asked last. */
  wish(): Wish | null;
  /** Milliseconds between two saves inside an epoch; default a minute. */
  readonly saveEvery?: number;
  /** Milliseconds between two looks at what was asked; default 40. */
  readonly lookEvery?: number;
}

class Interrupted extends Error {
  readonly wish: Wish;
  constructor(wish: Wish) {
    super(`interrupted: ${wish}`);
    this.wish = wish;
  }
}

/** Sentences written from the same codes at each evaluation (ux.md L12). */
const PROBES = 8;

/**
 * One run from its job to its results: prepares, trains, measures, samples, scores. Its last word is one of
 * `finished`, `paused`, `discarded`; throws what went wrong.
 */
export async function runJob(job: TrainJob, host: RunHost): Promise<void> {
  const { runFolder: folder } = job;
  mkdirSync(folder, { recursive: true });
  const saved = job.resume ? await readCheckpoint(folder) : null;
  if (saved && (saved.state.methodId !== job.methodId || saved.state.seed !== job.seed))
    throw new AppError('worker.resume-mismatch', { reason: 'it was saved by another method or seed' });
  if (!saved) clearRun(folder);

  const run = await openRun(job);
  const { engine, model, config, procedure, validation, updates } = run;
  const record = recorder(job, run, host.send);
  record.log('info', `Computing with ${engine.description}.`);

  let state: LoopState = saved?.state ?? startState(job, { ...run, training: config.training });
  if (!saved && job.beginsWith) {
    await beginWith(job.beginsWith.runFolder, engine, job.beginsWith.runId);
    record.log('info', `The encoder begins with the language model of the run ${job.beginsWith.runId}.`);
  }
  if (saved) {
    restoreInto(engine, saved.values);
    state = { ...state, procedure: stateOf(procedure.schema, state.procedure) };
    record.continueFrom(state);
    record.log('info', `Continuing from update ${state.step}.`);
  }
  record.report(state, 'preparing', 0);

  const obey =
    (...wishes: Wish[]) =>
    (): void => {
      const wish = host.wish();
      if (wish && wishes.includes(wish)) throw new Interrupted(wish);
    };
  const breathe = breather(obey('pause', 'keep', 'discard'), host.lookEvery);
  /** Once a run is being measured, keeping it is what happens anyway. */
  const breatheMeasuring = breather(obey('pause', 'discard'), host.lookEvery);

  const evaluate = evaluator(model, engine, config.architecture.hidden);
  const writer = writerOf(model, engine, run.vocabulary, run.train);
  const watchers = watchersOf(job, model.posterior?.measured != null);
  const see = (at: LoopState, event: LoopEvent): LoopState => {
    const states = { ...at.watchers };
    for (const { name, schema, start, see: watch } of watchers) {
      const { state: after, warning } = watch(name in states ? stateOf(schema, states[name]) : start, event);
      states[name] = after;
      if (warning) host.send({ kind: 'warning', warning });
    }
    return { ...at, watchers: states };
  };

  const probed = spreadSentences(validation, PROBES);
  /** Greedy from fixed codes of the prior; from fixed sentences without one; likely sentences without a code. */
  const probes = async (): Promise<string[]> => {
    const greedy = { kind: 'greedy' } as const;
    if (!model.writes) return [];
    if (model.posterior && !model.prior) {
      const codes = writer.encode(probed, { sampled: false })!;
      return writer.fromCodes(codes, { decoding: greedy, labels: probed.labels ?? [] }, { breathe });
    }
    // Without a code the likeliest sentence is always the same one.
    const decoding = model.posterior ? greedy : ({ kind: 'temperature', temperature: 1 } as const);
    return writer.fromPrior({ count: PROBES, decoding, seed: SAMPLE_SEED }, { breathe });
  };

  const loop: Loop = {
    ...run,
    training: config.training,
    visit: visitor(job.seed, run.batches),
    breathe,
    evaluate: () => {
      record.report(state, 'validating', state.step / updates);
      return evaluate(validation, { setSize: config.training.batch, breathe });
    },
    events: {
      execution: async (at) => {
        record.report(at, 'training', at.step / updates);
        if (record.sinceSave() >= (host.saveEvery ?? 60_000)) await record.save(at);
      },
      update: (at, values, before) => {
        record.update(at, values, before);
        return see(at, { kind: 'update', step: at.step, klWeight: before.klWeight, values });
      },
      evaluation: async (at, evaluation) => {
        record.probe(at.step, await probes());
        record.evaluation(at, evaluation);
        return see(at, { kind: 'evaluation', step: at.step, evaluation });
      },
      best: (at) => saveBest(folder, engine, at.best!),
      reload: async (at) => {
        await restoreBest(folder, engine, job.runId);
        engine.resetOptimizer();
        record.log(
          'info',
          `The validation loss no longer falls: learning rate ${at.rate.learningRate}, best parameters reloaded.`,
        );
      },
      epoch: (at) => record.save(at),
      log: (text) => record.log('info', text),
    },
  };

  /** The model as it is becomes the one that is measured. */
  const keepAsItIs = async (): Promise<void> => {
    const trained = procedure.measured?.(state.procedure);
    const { loss } = await evaluate(validation, {
      setSize: config.training.batch,
      breathe: breatheMeasuring,
    });
    await saveBest(folder, engine, { loss, step: state.step, epoch: state.epoch });
    trained?.();
    state = { ...state, done: true, stopped: true };
    await record.save(state);
  };

  try {
    try {
      obey('pause', 'keep', 'discard')();
      await train(loop, state, (at) => {
        state = at;
      });
    } catch (error) {
      if (!(error instanceof Interrupted && error.wish === 'keep')) throw error;
      await keepAsItIs();
    }
    await restoreBest(folder, engine, job.runId);
    const results = await finishRun(job, run, {
      breathe: breatheMeasuring,
      report: (phase, share) => record.report(state, phase, share),
      sampled: (set) => host.send({ kind: 'sampled', set }),
    });
    // Kilobytes: the largest the process ever was.
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    host.send({ kind: 'finished', results, stopped: state.stopped, peakBytes });
  } catch (error) {
    if (error instanceof AppError && error.code === 'worker.not-finite')
      throw new AppError(error.code, { ...error.facts, saved: record.savedStep() });
    if (!(error instanceof Interrupted)) throw error;
    if (error.wish === 'discard') return host.send({ kind: 'discarded' });
    // A run that is being measured lies saved already, and its engine holds other parameters.
    if (!state.done) await record.save(state);
    host.send({ kind: 'paused', step: state.step });
  }
}

/** The batch at a position of a pass; remembers the order of the present pass only. */
function visitor(seed: number, batches: number): (pass: number, position: number) => number {
  let known: { pass: number; order: Int32Array } | undefined;
  return (pass, position) => {
    if (known?.pass !== pass) known = { pass, order: passOrder(seed, pass, batches) };
    return known.order[position]!;
  };
}

/** Throws `worker.resume-mismatch` when a saved state has another form than the code that reads it expects. */
function stateOf<S>(schema: z.ZodType<S>, value: unknown): S {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new AppError('worker.resume-mismatch', { reason: 'its state has another form' });
  return parsed.data;
}
