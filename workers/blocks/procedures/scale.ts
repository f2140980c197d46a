import type { Breathe } from '../../measure/breathe.ts';
import type { StillEncoder } from '../block.ts';
import { sentenceFeeds, sentencesOf } from '../sentences.ts';
import type { ProcedureContext } from './procedure.ts';

/** A coordinate that varies less is left as it is, since nothing but rounding would be scaled up. */
const LEAST = 1e-6;

/**
 * Mean and standard deviation (divided by the sentences) of each coordinate over the training split, put where the
 * encoder reads them. Summed in double precision, batch by batch in one order, so that a second time gives the same.
 */
export async function measureScale(
  { raw, scale }: StillEncoder,
  { model, engine, batches }: ProcedureContext,
  breathe: Breathe,
): Promise<void> {
  const program = engine.program<string, 'raw'>({
    name: 'representations',
    feeds: sentenceFeeds(model),
    body: (feeds, step) => ({ raw: raw(step, sentencesOf(feeds)) }),
  });
  const dim = scale.mean.size;
  const sums = new Float64Array(dim);
  const squares = new Float64Array(dim);
  let count = 0;
  for (let b = 0; b < batches.count; b++) {
    const values = program.run(batches.feed(b), { counter: 0 }).raw;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      sums[i % dim]! += value;
      squares[i % dim]! += value * value;
    }
    count += values.length / dim;
    await breathe();
  }
  const deviation = (sum: number, j: number): number => {
    const found = Math.sqrt(Math.max(0, squares[j]! / count - (sum / count) ** 2));
    return found > LEAST ? found : 1;
  };
  engine.set(
    scale.mean,
    Float32Array.from(sums, (sum) => sum / count),
  );
  engine.set(scale.deviation, Float32Array.from(sums, deviation));
}
