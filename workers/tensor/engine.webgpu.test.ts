import { describe, expect, test } from 'vitest';
import { AppError } from '../../contract/errors.ts';
import { engineCases } from './engine.cases.ts';
import { whileWaiting } from './far-device.ts';
import { openEngine, tf } from './index.ts';
import { openWebgpu } from './webgpu-runtime.ts';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from './types.ts';

describe('on WebGPU', () => {
  engineCases('webgpu', { light: true });
});

const wave = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => Math.sin(1.3 * i + 0.2));

describe('wrong answers of WebGPU that are known', () => {
  test('a sum of more tensors than a shader may bind is their sum', async () => {
    await openWebgpu();
    for (const count of [2, 9, 12, 40]) {
      const sum = tf.tidy(() => {
        // Products, so that the terms lie on the card: small ones from JavaScript are added on the processor.
        const x = tf.matMul(tf.ones([3, 1]), tf.tensor2d(wave(4), [1, 4]));
        const terms = Array.from({ length: count }, (_, i) => tf.mul(x, i + 1));
        return tf.addN(terms).dataSync();
      });
      const expected = wave(4).map((x) => (x * count * (count + 1)) / 2);
      for (const [i, x] of sum.entries()) expect(x, `${count} tensors`).toBeCloseTo(expected[i % 4]!, 3);
    }
  });

  test('what the card refuses is an error with a code, not the numbers of before, and the next step is right', async () => {
    await openWebgpu();
    const tooLarge = (): unknown =>
      tf.tidy(() => {
        const long = tf.matMul(tf.ones([1 << 15, 1]), tf.ones([1, 1 << 15]));
        return tf.max(long).dataSync();
      });
    expect(tooLarge).toThrow(AppError);
    try {
      tooLarge();
    } catch (error) {
      expect(error).toMatchObject({ code: 'tensor.device' });
    }
    expect(tf.tidy(() => [...tf.matMul(tf.ones([2, 3]), tf.ones([3, 1])).dataSync()])).toEqual([3, 3]);
  });

  test('a thread that sleeps until the card has answered can say every second that it lives', async () => {
    await openWebgpu();
    let beats = 0;
    whileWaiting(() => (beats += 1));
    try {
      // Larger and larger until it takes more than a second, on a fast machine too.
      for (let size = 256; beats === 0 && size <= 4096; size *= 2) {
        tf.tidy(() => tf.sum(tf.matMul(tf.ones([size, size]), tf.ones([size, size]))).dataSync());
      }
    } finally {
      whileWaiting(() => {});
    }
    expect(beats).toBeGreaterThan(0);
  });

  test('the norm of a million small numbers is exact to 1e-4', async () => {
    const { norm } = await openWebgpu();
    const n = 1_000_000;
    const squared = tf.tidy(() => norm([tf.fill([n], 0.1), tf.fill([3, 5], 2)]).dataSync()[0]!) ** 2;
    expect(Math.abs(squared / (n * 0.01 + 60) - 1)).toBeLessThan(1e-4);
  });

  test('the bias correction of Adam keeps its digits in the first updates', async () => {
    // 1 - 0.999^t is 0.001 at first: a power that is off by 1e-6 would be off by a thousandth here.
    const engine = await openEngine({ backend: 'webgpu', seed: 1 });
    const w = engine.parameter({
      name: 'w',
      group: 'prior',
      shape: [2000],
      init: { kind: 'constant', value: 0 },
    });
    const program = engine.program({
      name: 'adam',
      feeds: {},
      body: (_, step) => ({
        loss: step.minimise(() => ({ loss: tf.sum(tf.mul(3, step.read(w))) as Scalar, also: {} }), {
          groups: ['prior'],
          optimizer: 'main',
          rule: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 0 },
          learningRate: 1,
        }).loss,
      }),
    });
    // With equal gradients and no epsilon every update is exactly the learning rate.
    for (let t = 1; t <= 3; t++) {
      program.run({}, { counter: t });
      for (const x of engine.snapshot().get('w')!.data) expect(Math.abs(x + t)).toBeLessThan(2e-6 * t);
    }
    engine.dispose();
  });

  test('a product with a long inner dimension repeats itself bit for bit', async () => {
    await openWebgpu();
    // Few results of many terms each, so that the package would split them.
    const [rows, inner, columns] = [16, 5000, 12];
    const [a, b] = [wave(rows * inner), wave(inner * columns).reverse()];
    const product = (): number[] =>
      tf.tidy(() => [
        ...tf.matMul(tf.tensor2d(a, [rows, inner]), tf.tensor2d(b, [inner, columns])).dataSync(),
      ]);
    const first = product();
    const exact = (i: number, j: number): number =>
      Array.from({ length: inner }, (_, k) => a[i * inner + k]! * b[k * columns + j]!).reduce(
        (x, y) => x + y,
      );
    first.forEach((x, at) => expect(x).toBeCloseTo(exact(Math.floor(at / columns), at % columns), 2));
    for (let time = 0; time < 5; time++) expect(product()).toEqual(first);
  });

  test('gradients of a table are added up row by row, the same each time', async () => {
    const { scatterRows } = await openWebgpu();
    const ids = Int32Array.from({ length: 300 }, (_, i) => (i * i) % 7);
    const values = wave(300 * 2);
    const scattered = (): number[] =>
      tf.tidy(() => [
        ...scatterRows(
          tf.tensor1d(ids, 'int32') as Tensor1D,
          tf.tensor2d(values, [300, 2]) as Tensor2D,
          [9, 2],
        ).dataSync(),
      ]);
    const expected = new Float64Array(18);
    ids.forEach((row, i) => {
      expected[2 * row]! += values[2 * i]!;
      expected[2 * row + 1]! += values[2 * i + 1]!;
    });
    const first = scattered();
    first.forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 4));
    for (let time = 0; time < 3; time++) expect(scattered()).toEqual(first);
  });

  test.each([
    ['tanh', (x: Tensor) => tf.tanh(x), Math.tanh],
    ['sigmoid', (x: Tensor) => tf.sigmoid(x), (x: number) => 1 / (1 + Math.exp(-x))],
    ['exp', (x: Tensor) => tf.exp(tf.minimum(x, 20)), (x: number) => Math.exp(Math.min(x, 20))],
    [
      'softplus',
      (x: Tensor) => tf.softplus(x),
      (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    ],
    [
      'log of 1e-30 and up',
      (x: Tensor) => tf.log(tf.add(tf.abs(x), 1e-30)),
      (x: number) => Math.log(Math.abs(x) + 1e-30),
    ],
  ] as const)('%s is right far from 0 too', async (_, op, exact) => {
    await openWebgpu();
    const points = Float32Array.of(-200, -90, -30, -5, -1e-3, 0, 1e-3, 0.5, 5, 30, 90, 200);
    const values = tf.tidy(() =>
      op(tf.reshape(tf.matMul(tf.ones([1, 1]), tf.tensor2d(points, [1, 12])), [12])).dataSync(),
    );
    points.forEach((x, i) =>
      expect(Math.abs(values[i]! - exact(x)) / Math.max(1, Math.abs(exact(x))), `at ${x}`).toBeLessThan(2e-5),
    );
  });
});
