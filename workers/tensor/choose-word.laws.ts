import { beforeAll, expect, test } from 'vitest';
import { openEngine, ops, philox, tf, type BackendId, type Tensor2D } from './index.ts';

/** The same by one cumulative sum in double precision. */
function byHand(logits: readonly number[], uniform: number, temperature: number): number {
  const weights = logits.map((logit) => Math.exp(logit / temperature));
  const target = uniform * weights.reduce((a, b) => a + b);
  let sum = 0;
  return weights.findIndex((weight) => (sum += weight) > target);
}

/** What holds of choosing words on every backend. */
export function wordsAreChosen(backend: BackendId): void {
  beforeAll(async () => {
    await openEngine({ backend, seed: 1 });
  });

  // One group, exact numbers of groups (of 128, of 75), and groups that the vocabulary does not fill.
  test.each([5, 128, 256, 300, 307])('a word of %i is drawn where the uniform number falls', (words) => {
    const random = philox(words, 'logits');
    const rows = 60;
    const logits = Array.from({ length: rows }, () =>
      Array.from({ length: words }, () => 2 * random.normal()),
    );
    const uniforms = logits.map(() => random.uniform());
    for (const temperature of [0.5, 1]) {
      const drawn = ops.drawWord(
        tf.tensor2d(logits) as Tensor2D,
        tf.tensor1d(uniforms),
        tf.scalar(temperature),
      );
      const expected = logits.map((row, i) => byHand(row, uniforms[i]!, temperature));
      expect([...drawn.dataSync()]).toEqual(expected);
    }
  });

  test('the ends of the unit interval draw the first and the last word', () => {
    const flat = tf.zeros([2, 300]) as Tensor2D;
    const drawn = ops.drawWord(flat, tf.tensor1d([0, 0.9999999]), tf.scalar(1)).dataSync();
    expect([...drawn]).toEqual([0, 299]);
  });

  test('words without a chance are never drawn, not even where a group has none', () => {
    const row = Array.from({ length: 300 }, (_, i) => (i === 7 || i === 290 ? 0 : -1000));
    const uniforms = [0, 0.3, 0.499, 0.501, 0.8, 0.9999];
    const drawn = ops
      .drawWord(tf.tensor2d(uniforms.map(() => row)) as Tensor2D, tf.tensor1d(uniforms), tf.scalar(1))
      .dataSync();
    expect([...drawn]).toEqual([7, 7, 7, 290, 290, 290]);
  });

  test('logits (2, 1, 0): the published chances at temperatures 1 and 0.5', () => {
    const n = 2000;
    const uniforms = Float32Array.from({ length: n }, (_, i) => (i + 0.5) / n);
    const logits = tf.tile(tf.tensor2d([[2, 1, 0]]), [n, 1]) as Tensor2D;
    const shares = (temperature: number) => {
      const drawn = ops.drawWord(logits, tf.tensor1d(uniforms), tf.scalar(temperature)).dataSync();
      return [0, 1, 2].map((word) => drawn.filter((each) => each === word).length / n);
    };
    const published = { 1: [0.66524096, 0.24472847, 0.09003057], 0.5: [0.86681333, 0.11731043, 0.01587624] };
    for (const temperature of [1, 0.5] as const) {
      shares(temperature).forEach((share, i) => expect(share).toBeCloseTo(published[temperature][i]!, 3));
    }
  });

  // One group, groups of 75, and words that no group divides.
  test.each([3, 300, 307])('of %i words the likeliest is the first of the largest', (words) => {
    const random = philox(words, 'likeliest');
    const rows = Array.from({ length: 40 }, (_, r) => {
      const row = Array.from({ length: words }, () => random.normal());
      // In every other row a second place is as large.
      if (r % 2) row[random.integer(words)] = Math.max(...row);
      return row;
    });
    const expected = rows.map((row) => row.indexOf(Math.max(...row)));
    expect([...ops.likeliest(tf.tensor2d(rows) as Tensor2D).dataSync()]).toEqual(expected);
  });
}
