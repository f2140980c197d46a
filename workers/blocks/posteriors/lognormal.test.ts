import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tf, type Engine, type Tensor2D } from '../../tensor/index.ts';
import type { Sentences } from '../block.ts';
import { updateOf } from '../procedures/update.ts';
import { logUniformKl } from '../regularizers/noise-cost.ts';
import { roughen, tinyConfig, tinyContext, tinyEngine } from '../testing.ts';
import { lognormalLogDensity } from '../priors/lognormal.ts';
import { lognormalDensity, logScaleKl } from './lognormal.ts';

let engine: Engine;
beforeEach(async () => {
  engine = await tinyEngine('wasm');
});
afterEach(() => engine.dispose());

const row = (...values: number[]): Tensor2D => tf.tensor2d([values]);
const standard = () => ({ location: tf.tensor1d([0]), logScale: tf.tensor1d([0]) });

test('KL at f 0.8, alpha 0.35 to m 0, s 1; with the log-uniform prior at alpha 0.351', () => {
  const kl = logScaleKl(row(Math.log(0.8)), row(0.35), standard());
  expect(kl.dataSync()[0]).toBeCloseTo(0.6359686467, 6);
  expect(logUniformKl(row(0.351)).dataSync()[0]).toBeCloseTo(0.6917216636, 6);
});

test('KL to another prior is that of the Gaussians of log z', () => {
  const [f, alpha, m, s] = [2.5, 0.2, 0.7, 1.6];
  const kl = logScaleKl(row(Math.log(f)), row(alpha), {
    location: tf.tensor1d([m]),
    logScale: tf.tensor1d([Math.log(s)]),
  });
  const exact = Math.log(s / alpha) + (alpha ** 2 + (Math.log(f) - m) ** 2) / (2 * s * s) - 0.5;
  expect(kl.dataSync()[0]).toBeCloseTo(exact, 6);
});

test('the density integrates to 1, its mean log is minus the entropy, and device and host agree', () => {
  const belief = { logFeature: Float32Array.of(Math.log(0.8)), noise: Float32Array.of(0.35) };
  const density = lognormalDensity(belief, 1);
  const grid = Float32Array.from({ length: 20_000 }, (_, i) => (i + 0.5) * 5e-4);
  let [mass, entropy] = [0, 0];
  grid.forEach((_, a) => {
    const log = density.log(grid, a, 0);
    mass += Math.exp(log) * 5e-4;
    entropy -= Math.exp(log) * log * 5e-4;
  });
  expect(mass).toBeCloseTo(1, 5);
  expect(density.entropy(0)).toBeCloseTo(entropy, 4);
  const z = [0.3, 1.1];
  const log = lognormalLogDensity(row(0.1, -0.4), row(0.2, 0.5), row(...z)).dataSync()[0]!;
  const both = lognormalDensity(
    { logFeature: Float32Array.of(0.1, -0.4), noise: Float32Array.of(0.2, 0.5) },
    2,
  );
  expect(both.log(Float32Array.from(z), 0, 0)).toBeCloseTo(log, 4);
});

describe('in a model', () => {
  const codesOf = (options: Record<string, string>) => {
    const { model, batches } = tinyContext(engine, tinyConfig('info-dropout', { latent: 4, ...options }));
    roughen(engine);
    const { data, shape } = batches.feed(0).tokens;
    const { posterior, prior } = model;
    const program = engine.program({
      name: 'codes',
      feeds: { tokens: { dtype: 'int32' } },
      body: ({ tokens }, step) => {
        const sentences: Sentences = { tokens: tokens as Tensor2D, labels: null };
        const belief = posterior!.infer(step, sentences);
        const drawn = prior && prior.sample(step, tf.zeros([1, prior.noise]));
        return {
          mean: tf.clone(posterior!.mean(belief)),
          sample: posterior!.sample(step, belief),
          drawn: drawn ?? tf.zeros([1]),
        };
      },
    });
    return (counter: number) => program.run({ tokens: { data, shape } }, { counter });
  };

  test.each(['softplus', 'relu'])(
    '%s: without the noise the code is deterministic, with it it is not',
    (features) => {
      const codes = codesOf({ features });
      const [first, second] = [codes(1), codes(2)];
      expect(second.mean).toEqual(first.mean);
      expect(second.sample).not.toEqual(first.sample);
      const least = Math.min(...first.sample);
      if (features === 'softplus') expect(least).toBeGreaterThan(0);
      else first.mean.forEach((f, i) => expect(first.sample[i] === 0).toBe(f === 0));
    },
  );

  test('a code of the prior without noise is exp(m)', () => {
    const { drawn } = codesOf({ features: 'softplus' })(1);
    const m = engine.snapshot().get('prior.location')!.data[0]!;
    for (const value of drawn) expect(value).toBeCloseTo(Math.exp(m), 5);
  });

  test('the prior learns with the model', () => {
    const context = tinyContext(engine, tinyConfig('info-dropout'));
    const before = engine.snapshot();
    updateOf(context, context.model.main)(0, {
      visit: 0,
      klWeight: 1,
      gauges: {},
      epoch: 0,
      learningRate: 1,
      counter: 0,
    });
    for (const name of ['prior.location', 'prior.logScale']) {
      expect(engine.snapshot().get(name)!.data).not.toEqual(before.get(name)!.data);
    }
  });

  test('the Gaussian variant charges 1 + beta for the KL and beta for the total correlation', () => {
    const { blocks } = tinyConfig('info-dropout', { features: 'gaussian', price: 0.3 });
    expect(blocks.klWeight).toEqual({ kind: 'constant', value: 1.3 });
    expect(blocks.regularizers).toEqual([
      { kind: 'decomposition', part: 'total', weight: 0.3, groupSize: 1, estimator: 'batch' },
    ]);
  });
});
