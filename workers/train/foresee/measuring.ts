import { givesLikelihood } from '../../blocks/model.ts';
import { evaluator, type BatchBeliefs } from '../../measure/evaluate.ts';
import { importanceScorer } from '../../measure/importance.ts';
import { mutualInformation } from '../../measure/mutual-information.ts';
import { LARGE_SET, TABLE_SET } from '../../measure/results.ts';
import { cutBatches, type Batch } from '../../text/batches.ts';
import { spreadSentences, takeRows, type Split } from '../../text/split.ts';
import { saveCheckpoint } from '../checkpoint.ts';
import { startState } from '../loop.ts';
import { graphMeter } from './memory.ts';
import { costOf, largest, secondsOf, shapesIn, spread, tokensIn, type Cost, type Drive } from './pieces.ts';

/** Kinds of batch that other measures are timed on. */
const FEW = 4;

/** Validation after every epoch, its sentences, and the saves. */
export async function judging(drive: Drive): Promise<number> {
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
  { run: { model, engine, config }, breathe, now, graphs }: Drive,
  split: Split,
  setSize: number,
): Promise<Cost> {
  const evaluate = evaluator(model, engine, config.architecture.hidden);
  const batches = cutBatches(split, setSize * 8);
  const pieceOf = ({ rows }: Batch): Split => takeRows(split, [...rows]);
  const meter = graphMeter({ captures: () => engine.captures });
  await evaluate(pieceOf(largest(batches)), { setSize, breathe });
  meter.settle();
  const pieces = spread(batches, FEW).map(pieceOf);
  const cost = await costOf(now, pieces, tokensIn, (piece) => evaluate(piece, { setSize, breathe }));
  graphs.push(meter.graphs(shapesIn(batches)));
  return { again: cost.again * tokensIn(split), first: cost.first * shapesIn(batches) };
}

/** The mutual information of one large set, which compares every pair of its sentences. */
async function comparing({ run: { model, engine, config, test }, breathe, now }: Drive): Promise<number> {
  const measured = model.posterior?.measured;
  if (!measured) return 0;
  const { rows } = largest(cutBatches(test, TABLE_SET * 8));
  let seconds = 0;
  const onBatch = ({ rows: { length } }: Batch, { belief, z }: BatchBeliefs): void => {
    const density = measured.density(belief);
    const compare = (): number => mutualInformation(density, z, 0, length);
    // Until the compiler has seen enough of it.
    for (let time = 0; time < 3; time++) compare();
    const began = now();
    compare();
    seconds = ((now() - began) * Math.min(LARGE_SET, test.count) ** 2) / length ** 2;
  };
  const evaluate = evaluator(model, engine, config.architecture.hidden);
  await evaluate(takeRows(test, [...rows]), { setSize: TABLE_SET, breathe, onBatch });
  return seconds;
}

export async function testing(drive: Drive): Promise<number> {
  const { run, breathe, now, graphs } = drive;
  const { model, engine, config, test } = run;
  const measured = await evaluation(drive, test, TABLE_SET);
  const plain = measured.first + measured.again + (await comparing(drive));
  if (!model.posterior || !givesLikelihood(model)) return plain;
  const { importanceSamples: samples, importanceSentences } = config.evaluation;
  const score = importanceScorer(model, engine, config.architecture.hidden);
  const scored = spreadSentences(test, importanceSentences || test.count);
  const batches = cutBatches(scored, Math.max(1, Math.floor(400 / Math.min(samples, 100))));
  const length = ({ length }: Batch): number => length + 1;
  const scorePiece = ({ rows }: Batch) => score(takeRows(scored, [...rows]), { samples, breathe });
  const meter = graphMeter({ captures: () => engine.captures });
  await scorePiece(largest(batches));
  meter.settle();
  const cost = await costOf(now, spread(batches, FEW), length, scorePiece);
  const lengths = batches.reduce((sum, batch) => sum + length(batch), 0);
  const shapes = new Set(batches.map(({ length }) => length)).size;
  graphs.push(meter.graphs(shapes));
  return plain + cost.again * lengths + cost.first * shapes;
}
