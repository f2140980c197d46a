import { describe, expect, test } from 'vitest';
import { normalAt, streamKey } from '../tensor/random.ts';
import { fitLogistic, fitLogisticCalmly } from './logistic.ts';

const exact = { ridge: 0, tolerance: 1e-13, most: 20_000 };

describe('logistic regression', () => {
  test('with one binary feature gives the shares of the classes in each half: the model is saturated', () => {
    // Feature 0: 3 of class 0, 1 of class 1, 4 of class 2. Feature 1: 5, 2, 1.
    const counts = [
      [3, 1, 4],
      [5, 2, 1],
    ];
    const points: number[] = [];
    const labels: number[] = [];
    counts.forEach((row, x) =>
      row.forEach((times, k) => {
        for (let i = 0; i < times; i++) {
          points.push(x);
          labels.push(k);
        }
      }),
    );
    const fitted = fitLogistic({ points: Float32Array.from(points), dim: 1, labels, classes: 3 }, exact);
    const chances = fitted.chances(Float32Array.of(0, 1));
    [3 / 8, 1 / 8, 4 / 8, 5 / 8, 2 / 8, 1 / 8].forEach((share, i) =>
      expect(chances[i]).toBeCloseTo(share, 10),
    );
    expect([...fitted.predict(Float32Array.of(0, 1))]).toEqual([2, 0]);
  });

  test('without anything to go by gives the shares of the classes, and the commonest one', () => {
    const labels = [0, 1, 1, 1, 2];
    const fitted = fitLogistic({ points: new Float32Array(10).fill(3), dim: 2, labels, classes: 3 });
    const chances = fitted.chances(Float32Array.of(3, 3));
    [0.2, 0.6, 0.2].forEach((share, i) => expect(chances[i]).toBeCloseTo(share, 4));
    expect([...fitted.predict(new Float32Array(4).fill(3))]).toEqual([1, 1]);
  });

  test('has the ridge solution of two points, whose weight solves w = 1 / (2 ridge (1 + exp(w)))', () => {
    // Standardised features -1 and 1; the difference of the two rows of weights is w, each bears half of it.
    const ridge = 0.05;
    const points = Float32Array.of(-4, 4);
    const fitted = fitLogistic(
      { points, dim: 1, labels: [0, 1], classes: 2 },
      { ridge, tolerance: 1e-14, most: 20_000 },
    );
    const chances = fitted.chances(points);
    const weight = Math.log(chances[3]! / chances[2]!);
    // Slope of mean cross-entropy + ridge/2 |W|² along the two rows ±w/2: 1/(1+e^w) = ridge w / 2.
    expect(1 / (1 + Math.exp(weight))).toBeCloseTo((ridge * weight) / 2, 10);
    expect(weight).toBeGreaterThan(1);
  });

  test('does not depend on the units of the features', () => {
    const key = streamKey(3, 'test');
    const points = normalAt(key, 0, 120);
    const labels = Array.from({ length: 40 }, (_, i) =>
      points[3 * i]! + 0.3 * points[3 * i + 1]! > 0 ? 1 : 0,
    );
    const scaled = points.map((value, i) => (i % 3 === 0 ? 1000 * value + 5 : value));
    const fit = (of: Float32Array) => fitLogistic({ points: of, dim: 3, labels, classes: 2 });
    const [a, b] = [fit(points).chances(points), fit(scaled).chances(scaled)];
    a.forEach((chance, i) => expect(b[i]).toBeCloseTo(chance, 3));
    expect([...fit(points).predict(points)]).toEqual(labels);
  });
});

test('with breaths between its steps it fits the same', async () => {
  const points = Float32Array.from({ length: 60 }, (_, i) => Math.sin(3 * i) + (i % 3));
  const data = { points, dim: 1, labels: Int32Array.from(points, (_, i) => i % 3), classes: 3 };
  let breaths = 0;
  const calm = await fitLogisticCalmly(data, () => Promise.resolve(void breaths++));
  const fitted = fitLogistic(data);
  expect([...calm.chances(points)]).toEqual([...fitted.chances(points)]);
  expect(breaths).toBe(fitted.iterations);
});
