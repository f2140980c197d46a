import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { measuresOf } from '../../../contract/methods/defined.ts';
import { methodById } from '../../../contract/methods/index.ts';
import { labelledSplit } from '../adversaries/testing.ts';
import { givesLikelihood } from '../model.ts';
import { philox, tf, type Engine, type Tensor2D } from '../../tensor/index.ts';
import { classesFrom } from '../priors/layered.ts';
import { sentenceFeeds, sentencesOf } from '../sentences.ts';
import { roughen, tinyConfig, tinyContext, tinyEngine } from '../testing.ts';
import { klBetween } from './layered.ts';

let engine: Engine;
beforeEach(async () => {
  engine = await tinyEngine('wasm');
});
afterEach(() => engine.dispose());

const [DIM, UPPER, UNITS, CLASSES] = [2, 3, 4, 3];

/** `vfae` of two layers over tiny sentences with two labels of three classes each. */
function twoLayers() {
  const options = { layers: 'two', latent: DIM, upper: UPPER, layerUnits: UNITS };
  return tinyContext(engine, tinyConfig('vfae', options), { split: labelledSplit(2, CLASSES) });
}

/** Sets every value of some parameters; the others stay. */
function set(values: Record<string, (i: number) => number>): void {
  engine.restore(
    new Map(
      [...engine.snapshot()].map(([name, value]) => {
        const of = values[name];
        return [name, of ? { ...value, data: value.data.map((_, i) => of(i)) } : value];
      }),
    ),
  );
}
const none = () => 0;
/** Both maps between the layers answer N(0, I), whatever they are given. */
const silent = Object.fromEntries(
  ['prior.layer', 'encoder.layer'].flatMap((name) =>
    [0, 1].flatMap((i) => [
      [`${name}.${i}.weights`, none],
      [`${name}.${i}.bias`, none],
    ]),
  ),
);

/** The KL of a batch in its parts, with the posterior of the first layer and the label that it was computed for. */
function klOf(context: ReturnType<typeof twoLayers>, batch = 0) {
  const posterior = context.model.posterior!;
  const program = engine.program<string, 'kl' | 'mean' | 'logVariance'>({
    name: 'kl',
    feeds: sentenceFeeds(context.model),
    body: (feeds, step) => {
      const belief = posterior.infer(step, sentencesOf(feeds));
      const { mean, logVariance } = belief;
      return { kl: posterior.measured!.kl(belief, step), mean: mean!, logVariance: logVariance! };
    },
  });
  const feeds = context.batches.feed(batch);
  const { kl, mean, logVariance } = program.run(feeds, { counter: 1 });
  const rows = feeds.tokens.shape[1];
  return {
    rows,
    /** [rows, DIM + UPPER] */
    parts: [...(kl as Float32Array)],
    mean: [...(mean as Float32Array)],
    logVariance: [...(logVariance as Float32Array)],
    classes: [...feeds.labels!.data.slice(rows)],
  };
}
/** KL(N(m, e^l) || N(m', e^l')), by hand. */
const kl1 = (m: number, l: number, m2 = 0, l2 = 0): number =>
  0.5 * (l2 - l + (Math.exp(l) + (m - m2) ** 2) / Math.exp(l2) - 1);

test('T2: the KL between two diagonal Gaussians, both ways', () => {
  const rows = (mean: number[], logVariance: number[]) => ({
    mean: tf.tensor2d([mean]),
    logVariance: tf.tensor2d([logVariance]),
  });
  const [a, b] = [rows([1, -0.5, 0], [0.2, -0.7, 0]), rows([0, 0.25, -1], [0, 0.1, -0.3])];
  const sum = (parts: Tensor2D) => tf.sum(parts).dataSync()[0]!;
  expect(sum(klBetween(a, b))).toBeCloseTo(1.5897101925, 6);
  expect(sum(klBetween(b, a))).toBeCloseTo(1.7182782766, 6);
});

describe('the KL of two layers', () => {
  test('is that of one layer where the second says nothing', () => {
    const context = twoLayers();
    roughen(engine);
    set(silent);
    const { rows, parts, mean, logVariance } = klOf(context);
    expect(parts).toHaveLength(rows * (DIM + UPPER));
    for (let b = 0; b < rows; b++) {
      for (let j = 0; j < DIM; j++) {
        const expected = kl1(mean[b * DIM + j]!, logVariance[b * DIM + j]!);
        expect(parts[b * (DIM + UPPER) + j]).toBeCloseTo(expected, 5);
      }
      for (let j = DIM; j < DIM + UPPER; j++) expect(parts[b * (DIM + UPPER) + j]).toBe(0);
    }
  });

  test('is of the first layer to p(z1|z2, y), and of the second to N(0, I): maps that answer constants', () => {
    const context = twoLayers();
    roughen(engine);
    // Means, then logarithms of variances.
    const lower = [0.7, -0.2, 0.4, -0.3];
    const upper = [0.5, 0, -1, 0.1, -0.6, 0.3];
    set({ ...silent, 'prior.layer.1.bias': (i) => lower[i]!, 'encoder.layer.1.bias': (i) => upper[i]! });
    const { rows, parts, mean, logVariance } = klOf(context);
    for (let b = 0; b < rows; b++) {
      const own = parts.slice(b * (DIM + UPPER), (b + 1) * (DIM + UPPER));
      for (let j = 0; j < DIM; j++) {
        const [m, l] = [mean[b * DIM + j]!, logVariance[b * DIM + j]!];
        expect(own[j]).toBeCloseTo(kl1(m, l, lower[j], lower[DIM + j]), 5);
      }
      for (let j = 0; j < UPPER; j++) expect(own[DIM + j]).toBeCloseTo(kl1(upper[j]!, upper[UPPER + j]!), 5);
    }
  });

  test('reads the label: the first layer is held against the place of its class', () => {
    const context = twoLayers();
    roughen(engine);
    // Hidden unit 0 is tanh of the class, and the first mean is twice that; row UPPER + c is class c.
    set({
      ...silent,
      'prior.layer.0.weights': (i) =>
        i % UNITS === 0 && i >= UPPER * UNITS ? Math.floor(i / UNITS) - UPPER : 0,
      'prior.layer.1.weights': (i) => (i === 0 ? 2 : 0),
    });
    for (const batch of [0, 1, 2]) {
      const { rows, parts, mean, logVariance, classes } = klOf(context, batch);
      for (let b = 0; b < rows; b++) {
        const expected = kl1(mean[b * DIM]!, logVariance[b * DIM]!, 2 * Math.tanh(classes[b]!));
        expect(parts[b * (DIM + UPPER)]).toBeCloseTo(expected, 5);
      }
    }
  });
});

describe('the prior of two layers', () => {
  test('classes take their shares of the numbers between 0 and 1, the last one all that is left', () => {
    const drawn = classesFrom(tf.tensor2d([[0], [0.19], [0.2], [0.69], [0.75], [1]]), [0.2, 0.5, 0.3]);
    expect([...tf.argMax(drawn, 1).dataSync()]).toEqual([0, 0, 1, 1, 2, 2]);
    expect([...tf.sum(drawn, 1).dataSync()]).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test('draws the label with the shares of the training sentences, then the code of its class', () => {
    const { model } = twoLayers();
    set({
      ...silent,
      'prior.layer.0.weights': (i) =>
        i % UNITS === 0 && i >= UPPER * UNITS ? Math.floor(i / UNITS) - UPPER : 0,
      'prior.layer.1.weights': (i) => (i === 0 ? 2 : 0),
      // Hardly any noise in the first dimension, all of it in the second.
      'prior.layer.1.bias': (i) => (i === DIM ? -30 : 0),
    });
    const prior = model.prior!;
    expect(prior.noise).toBe(UPPER + DIM + 2);
    const count = 4000;
    const random = philox(4, 'noise');
    const data = Float32Array.from({ length: count * prior.noise }, () => random.normal());
    const program = engine.program({
      name: 'codes',
      feeds: { noise: { dtype: 'float32' } },
      body: ({ noise }, step) => ({ z: prior.sample(step, noise as Tensor2D) }),
    });
    const z = program.run({ noise: { data, shape: [count, prior.noise] } }, { counter: 0 }).z as Float32Array;
    const first = Array.from({ length: count }, (_, i) => z[i * DIM]!);
    const { shares } = model.classes[1]!;
    for (const [value, share] of shares.entries()) {
      const near = first.filter((x) => Math.abs(x - 2 * Math.tanh(value)) < 1e-3).length;
      // Four standard errors.
      expect(Math.abs(near / count - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / count));
    }
    for (let i = 0; i < 10; i++) expect(z[i * DIM + 1]).toBeCloseTo(data[i * prior.noise + UPPER + 1]!, 5);
  });
});

test('a bound is measured, and no likelihood, since the density of the code is an integral', () => {
  const vfae = methodById('vfae');
  const { blocks } = vfae.configure({ ...vfae.preset('quick', 'text'), layers: 'two' });
  expect(measuresOf(blocks)).toEqual(expect.arrayContaining(['elbo', 'kl', 'mi', 'au', 'labelAccuracy']));
  expect(measuresOf(blocks)).not.toContain('nll');
  expect(givesLikelihood(twoLayers().model)).toBe(false);
});
