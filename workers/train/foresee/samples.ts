import type { Decoding } from '../../../contract/entities.ts';
import { LONGEST } from '../../measure/codes.ts';
import { decodingsOf, scaleOf, writesOutlines } from '../../measure/finish.ts';
import { saveSampleSet } from '../../measure/sample-set.ts';
import { writerOf } from '../../measure/write-samples.ts';
import { sentenceOf } from '../../text/split.ts';
import type { OpenRun } from '../open.ts';
import { costOf, secondsOf, type Drive } from './pieces.ts';

/** Sentences written side by side in a timed piece. */
const WRITTEN = 64;

/** Fresh parameters never end a sentence, so a piece has `LONGEST` words; trained ones write like the data. */
export async function sampling({ run, breathe, now }: Drive): Promise<number> {
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
  for (const decoding of writtenBy(model)) {
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

/** How the sets of a finished run are written that have as many sentences as were asked for. */
const writtenBy = (model: OpenRun['model']): Decoding[] => [
  ...decodingsOf(model),
  ...(writesOutlines(model) ? [{ kind: 'temperature' as const, temperature: 1 }] : []),
];

/** Scores of sets as large as those of the run, of training sentences. */
export async function scoring({ job, run, now }: Drive): Promise<number> {
  const { model, train, vocabulary, config } = run;
  const decodings = model.writes ? writtenBy(model) : [];
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
