import { mkdirSync, rmSync } from 'node:fs';
import type { TrainJob } from '../../contract/worker.ts';
import { givesLikelihood } from '../blocks/model.ts';
import { breather, type Breathe } from '../measure/breathe.ts';
import { LONGEST } from '../measure/codes.ts';
import { evaluator } from '../measure/evaluate.ts';
import { decodingsOf, scaleOf } from '../measure/finish.ts';
import { importanceScorer } from '../measure/importance.ts';
import { saveSampleSet } from '../measure/sample-set.ts';
import { writerOf } from '../measure/write-samples.ts';
import { cutBatches, type Batch } from '../text/batches.ts';
import { passOrder } from '../text/order.ts';
import { sentenceOf, spreadSentences, takeRows, type Split } from '../text/split.ts';
import { saveCheckpoint } from './checkpoint.ts';
import { startState } from './loop.ts';
import { openRun, type OpenRun } from './open.ts';
import { AGGRESSIVE_PASSES } from '../../contract/blocks.ts';

/**
 * How long a run will take and how much memory it will hold, foreseen from a few real pieces of it: 20 updates, and
 * some of the evaluation, testing, sampling and scoring, on the machine and with the sizes of the run. Every shape of
 * a batch is a graph of its own that costs once, so each piece is done twice: the second time is what repeats.
 */
export async function foresee(
  job: TrainJob,
  now = () => performance.now() / 1000,
): Promise<{ seconds: number; bytes: number }> {
  mkdirSync(job.runFolder, { recursive: true });
  const run = await openRun(job);
  const preparing = now();
  const drive: Drive = { job, run, breathe: breather(() => {}), now };
  try {
    const parts = [
      preparing,
      await training(drive),
      await judging(drive),
      await testing(drive),
      await sampling(drive),
      await scoring(drive),
    ];
    return {
      seconds: parts.reduce((sum, part) => sum + part, 0),
      // A run makes more graphs than its pieces, so it will hold somewhat more.
      bytes: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    run.engine.dispose();
    rmSync(job.runFolder, { recursive: true, force: true });
  }
}

/** Batches that updates are timed on, each twice. */
const STRATA = 10;
/** Executions at most: an inner loop makes dozens of them for an update. */
const EXECUTIONS = 160;
/** Kinds of batch that other measures are timed on. */
const FEW = 4;
/** Sentences written side by side in a timed piece. */
const WRITTEN = 64;

interface Drive {
  readonly job: TrainJob;
  readonly run: OpenRun;
  readonly breathe: Breathe;
  /** Seconds since the process began. */
  readonly now: () => number;
}

async function secondsOf(now: Drive['now'], work: () => unknown): Promise<number> {
  const began = now();
  await work();
  return now() - began;
}

/** `count` of the items, from all parts of the list, and in an order in which the first few are spread as well. */
export function spread<T>(items: readonly T[], count: number): T[] {
  const chosen = Math.min(count, items.length);
  const stride = Math.max(1, Math.round(chosen * 0.38));
  const left = Array.from(
    { length: chosen },
    (_, i) => items[Math.floor(((i + 0.5) * items.length) / chosen)]!,
  );
  const order: T[] = [];
  for (let at = 0; left.length > 0; at += stride) order.push(...left.splice(at % left.length, 1));
  return order;
}

const shapeOf = ({ length, rows }: Batch): string => `${length} x ${rows.length}`;
const shapesIn = (batches: readonly Batch[]): number => new Set(batches.map(shapeOf)).size;
const tokensIn = (split: Split): number => split.tokens.length + split.count;
const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Seconds: what repeats, and what a shape costs more the first time. */
interface Cost {
  readonly again: number;
  readonly first: number;
}

/** Does each piece twice; `size` is what its second time is in proportion to. */
async function costOf<T>(
  now: Drive['now'],
  pieces: readonly T[],
  size: (piece: T) => number,
  work: (piece: T) => unknown,
): Promise<Cost> {
  const first: number[] = [];
  let [again, sizes] = [0, 0];
  for (const piece of pieces) {
    const cold = await secondsOf(now, () => work(piece));
    const warm = await secondsOf(now, () => work(piece));
    first.push(Math.max(0, cold - warm));
    again += warm;
    sizes += size(piece);
  }
  return { again: sizes === 0 ? 0 : again / sizes, first: mean(first) };
}

/** Executions told apart by whether they completed an update, and whether their shape was new. */
async function training({ job, run, breathe, now }: Drive): Promise<number> {
  const { config, procedure, engine } = run;
  const state = startState(job, { ...run, training: config.training });
  const times = {
    update: { cold: [] as number[], warm: [] as number[] },
    other: { cold: [] as number[], warm: [] as number[] },
  };
  const visits = spread(
    Array.from({ length: run.batches }, (_, i) => i),
    STRATA,
  ).flatMap((visit) => [visit, visit]);
  let [procedureState, counter, updates, inUpdate, others] = [state.procedure, 0, 0, 0, 0];
  for (const visit of visits) {
    for (let update = false; !update && (counter < EXECUTIONS || updates < 2);) {
      const known = engine.captures.length;
      const began = now();
      const execution = procedure.advance(procedureState, {
        visit,
        klWeight: state.klWeight,
        gauges: state.gauges,
        epoch: 0,
        learningRate: state.rate.learningRate,
        counter: counter++,
      });
      const took = now() - began;
      const kind = execution.update ? times.update : times.other;
      (engine.captures.length > known ? kind.cold : kind.warm).push(took);
      procedureState = execution.state;
      update = execution.update;
      if (!update) inUpdate += 1;
      await breathe();
    }
    if (counter >= EXECUTIONS && updates >= 2) break;
    updates += 1;
    others += inUpdate;
    inUpdate = 0;
  }
  const cost = ({ cold, warm }: { cold: number[]; warm: number[] }): Cost => {
    const again = mean(warm.length > 0 ? warm : cold);
    return { again, first: cold.length > 0 && warm.length > 0 ? Math.max(0, mean(cold) - again) : 0 };
  };
  const [update, other] = [cost(times.update), cost(times.other)];
  const batches = cutBatches(run.train, config.training.batch);
  const visited = [...passOrder(job.seed, 0, batches.length)].slice(0, run.updates).map((i) => batches[i]!);
  const aggressive = config.blocks.procedure.kind === 'aggressive';
  // Inner loops read random batches, so they meet every shape; they end with the schedule.
  const share = aggressive ? Math.min(1, (AGGRESSIVE_PASSES * run.batches) / run.updates) : 1;
  const executions = (share * run.updates * others) / Math.max(1, updates);
  const newShapes = aggressive ? shapesIn(batches) : (shapesIn(visited) * others) / Math.max(1, updates);
  const [shapes, otherShapes] = [shapesIn(visited), others > 0 ? newShapes : 0];
  return (
    run.updates * update.again + shapes * update.first + executions * other.again + otherShapes * other.first
  );
}

/** Validation after every epoch, its sentences, and the saves. */
async function judging(drive: Drive): Promise<number> {
  const { job, run, now } = drive;
  const { validation, config, engine } = run;
  const { epochs } = config.training;
  const judged = await evaluation(drive, validation, config.training.batch);
  const state = startState(job, { ...run, training: config.training });
  const saving = await secondsOf(now, () => saveCheckpoint(job.runFolder, engine, state));
  // Each save of the last parameters, and about every other one of the best.
  return judged.first + epochs * (judged.again + 1.5 * saving);
}

/** One evaluation of a split, and what its shapes cost once. */
async function evaluation(
  { run: { model, engine, config }, breathe, now }: Drive,
  split: Split,
  setSize: number,
): Promise<Cost> {
  const evaluate = evaluator(model, engine, config.architecture.hidden);
  const batches = cutBatches(split, setSize * 8);
  const pieces = spread(batches, FEW).map(({ rows }) => takeRows(split, [...rows]));
  const cost = await costOf(now, pieces, tokensIn, (piece) => evaluate(piece, { setSize, breathe }));
  return { again: cost.again * tokensIn(split), first: cost.first * shapesIn(batches) };
}

async function testing(drive: Drive): Promise<number> {
  const { run, breathe, now } = drive;
  const { model, engine, config, test } = run;
  const measured = await evaluation(drive, test, 32);
  const plain = measured.first + measured.again;
  if (!model.posterior || !givesLikelihood(model)) return plain;
  const { importanceSamples: samples, importanceSentences } = config.evaluation;
  const score = importanceScorer(model, engine, config.architecture.hidden);
  const scored = spreadSentences(test, importanceSentences || test.count);
  const batches = cutBatches(scored, Math.max(1, Math.floor(400 / Math.min(samples, 100))));
  const length = ({ length }: Batch): number => length + 1;
  const cost = await costOf(now, spread(batches, FEW), length, ({ rows }) =>
    score(takeRows(scored, [...rows]), { samples, breathe }),
  );
  const lengths = batches.reduce((sum, batch) => sum + length(batch), 0);
  const shapes = new Set(batches.map(({ length }) => length)).size;
  return plain + cost.again * lengths + cost.first * shapes;
}

/** Fresh parameters never end a sentence, so a piece has `LONGEST` words; trained ones write like the data. */
async function sampling({ run, breathe, now }: Drive): Promise<number> {
  const { model, engine, vocabulary, train, test, config } = run;
  if (!model.writes) return 0;
  const writer = writerOf(model, engine, vocabulary);
  const lengths = Int32Array.from(
    { length: train.count },
    (_, i) => sentenceOf(train, i).length + 1,
  ).toSorted();
  const at = (share: number): number =>
    lengths[Math.min(lengths.length - 1, Math.floor(share * lengths.length))]!;
  /** Rows times words, for one sentence of 256 side by side: rows are given up at 64 and at 16 that have not ended. */
  const words = at(0.75) + (64 / 256) * (at(0.94) - at(0.75)) + (16 / 256) * (at(0.996) - at(0.94));
  let total = 0;
  for (const decoding of decodingsOf(model)) {
    const { again, first } = await costOf(
      now,
      [WRITTEN],
      (count) => count * LONGEST,
      (count) => writer.fromPrior({ count, decoding, seed: 0 }, { breathe }),
    );
    const reconstructed = decoding.kind === 'greedy' ? Math.min(200, test.count) : 0;
    total += first + again * words * (config.evaluation.samples + reconstructed);
  }
  return total;
}

/** Scores of sets as large as those of the run, of training sentences. */
async function scoring({ job, run, now }: Drive): Promise<number> {
  const { model, train, vocabulary, config } = run;
  const decodings = model.writes ? decodingsOf(model) : [];
  const count = Math.min(config.evaluation.samples, 2000);
  const texts = Array.from({ length: count }, (_, i) =>
    vocabulary.sentence(sentenceOf(train, i % train.count)),
  );
  let scale: Awaited<ReturnType<typeof scaleOf>> | undefined;
  const reading = await secondsOf(now, async () => (scale = await scaleOf(job, run)));
  const decoding = { kind: 'temperature', temperature: 1 } as const;
  const one = await secondsOf(now, () =>
    saveSampleSet(job, { id: 'foreseen', kind: 'prior', decoding, seed: 0, texts }, scale!),
  );
  return reading + (one * decodings.length * config.evaluation.samples) / count;
}
