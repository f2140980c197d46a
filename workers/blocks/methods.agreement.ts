import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEngine, type BackendId } from '../tensor/index.ts';
import { cases, titleOf, trainer, type Case } from './method-trainer.ts';

/**
 * Two backends start from the same parameters, see the same batches and draw the same noise, so what they train
 * differs by rounding alone. Rounding grows from loss to loss, more where an adversary answers.
 */
export function agreementLaws(
  reference: BackendId,
  other: BackendId,
  { count, tolerance }: { count: number; tolerance: number },
): void {
  const lossesOn = async (backend: BackendId, each: Case): Promise<number[]> => {
    const engine = await openEngine({ backend, seed: 1, threads: 1 });
    try {
      return await trainer(engine, each).losses(count);
    } finally {
      engine.dispose();
    }
  };

  describe(`the first ${count} losses on ${other} are those on ${reference} to ${tolerance}`, () => {
    const off = new Map<string, number>();
    beforeAll(async () => {
      // Backends are loaded outside of what a test is timed by.
      for (const backend of [reference, other])
        (await openEngine({ backend, seed: 1, threads: 1 })).dispose();
    });
    afterAll(() => {
      const [title, most] = [...off].reduce((worst, next) => (next[1] > worst[1] ? next : worst), ['', 0]);
      process.stdout.write(`furthest apart: ${title}, ${most.toExponential(1)}\n`);
    });

    test.each(cases.map((each) => [titleOf(each), each] as const))('%s', async (title, each) => {
      const expected = await lossesOn(reference, each);
      const losses = await lossesOn(other, each);
      expect(losses).toHaveLength(expected.length);
      const apart = losses.map(
        (loss, i) => Math.abs(loss - expected[i]!) / Math.max(1, Math.abs(expected[i]!)),
      );
      off.set(title, Math.max(...apart));
      for (const [i, gap] of apart.entries()) {
        expect(gap, `loss ${i}: ${losses[i]} for ${expected[i]}`).toBeLessThan(tolerance);
      }
    });
  });
}
