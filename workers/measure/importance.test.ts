import { afterEach, expect, test } from 'vitest';
import { cutBatches, feedOf } from '../text/batches.ts';
import { spreadSentences, splitFrom } from '../text/split.ts';
import { philox, type Engine } from '../tensor/index.ts';
import { roughen, tinyConfig, tinyContext, tinyEngine, tinySplit } from '../blocks/testing.ts';
import { evaluator } from './evaluate.ts';
import { importanceScorer, importanceWeightedNll } from './importance.ts';
import { gridMean, gridOf, axis, posteriorMeanOf } from './posterior-mean.ts';

const breathe = async (): Promise<void> => {};
let engine: Engine | undefined;
afterEach(() => engine?.dispose());

/** T8: z ~ N(0, 1), x | z ~ N(z, .5), x = 1.3. */
const x = 1.3;
const logNormal = (value: number, mean: number, variance: number): number =>
  -0.5 * ((value - mean) ** 2 / variance + Math.log(2 * Math.PI * variance));
const logJoint = (z: number): number => logNormal(x, z, 0.5) + logNormal(z, 0, 1);
const logEvidence = -1.6850044206;

test('E13: weights (-3, -2.5, -4) give 2.9944816833', () => {
  expect(importanceWeightedNll([-3, -2.5, -4])).toBeCloseTo(2.9944816833, 9);
});

test('T8: with the posterior as proposal every weight is the evidence, for every number of samples', () => {
  const random = philox(1, 'T8');
  for (const k of [1, 3, 50]) {
    const weights = Array.from({ length: k }, () => {
      const z = 0.8666666667 + Math.sqrt(1 / 3) * random.normal();
      return logJoint(z) - logNormal(z, 13 / 15, 1 / 3);
    });
    expect(importanceWeightedNll(weights)).toBeCloseTo(-logEvidence, 8);
  }
});

test('T8: with another proposal the bound is looser than the evidence and tightens with more samples', () => {
  const random = philox(2, 'T8');
  const proposal = { mean: 0.5, variance: 0.4 };
  const bound = (k: number): number => {
    const repeats = 4000;
    let sum = 0;
    for (let r = 0; r < repeats; r++) {
      const weights = Array.from({ length: k }, () => {
        const z = proposal.mean + Math.sqrt(proposal.variance) * random.normal();
        return logJoint(z) - logNormal(z, proposal.mean, proposal.variance);
      });
      sum += importanceWeightedNll(weights);
    }
    return sum / repeats;
  };
  // With one sample it is the ELBO: 1.8955103089.
  expect(Math.abs(bound(1) - 1.8955103089)).toBeLessThan(0.04);
  const ten = bound(10);
  expect(ten).toBeGreaterThan(-logEvidence - 0.005);
  expect(ten).toBeLessThan(1.8);
});

test('T8: the grid mean of the model posterior is .8666666667', () => {
  const grid = gridOf(1);
  expect(axis).toHaveLength(400);
  expect([axis[0], axis.at(-1)]).toEqual([-20, 19.9]);
  expect(gridMean(axis, 1, Float64Array.from(axis, logJoint))[0]).toBeCloseTo(0.8666666667, 8);
  expect(grid[399]).toBeCloseTo(19.9, 5);
});

test('the grid of two dimensions has the mean of independent coordinates', () => {
  const grid = gridOf(2);
  expect(grid.length).toBe(2 * 160_000);
  const log = Float64Array.from(
    { length: 160_000 },
    (_, i) => logNormal(grid[2 * i]!, 0.3, 1) + logNormal(grid[2 * i + 1]!, -1.2, 0.5),
  );
  const mean = gridMean(grid, 2, log);
  expect(mean[0]).toBeCloseTo(0.3, 5);
  expect(mean[1]).toBeCloseTo(-1.2, 5);
});

test('a decoder that ignores its code has the prior as posterior: mean 0', async () => {
  engine = await tinyEngine('wasm');
  const { model } = tinyContext(engine, tinyConfig('vae', { latent: 1 }));
  const values = engine.snapshot();
  values.get('decoder.cell')!.data.fill(0);
  values.get('decoder.lstm.kernel')!.data.fill(0);
  engine.restore(values);
  const [mean] = await posteriorMeanOf(model, engine)(Int32Array.from([1, 5, 6, 2]), breathe);
  expect(mean).toBeCloseTo(0, 4);
});

test('the importance-weighted NLL does not depend on which sentences are taken together', async () => {
  engine = await tinyEngine('wasm');
  const { model } = tinyContext(engine, tinyConfig('vae'));
  roughen(engine, 0.4);
  const score = importanceScorer(model, engine, 8);
  const split = tinySplit(6);
  const together = await score(split, { samples: 400, breathe });
  let alone = 0;
  for (let i = 0; i < split.count; i++) {
    const one = splitFrom([split.tokens.slice(split.offsets[i], split.offsets[i + 1])]);
    const { nll } = await score(one, { samples: 400, breathe });
    alone += nll;
  }
  expect(together.tokens).toBe(split.tokens.length + split.count);
  // Other noise, so equal up to the error of 400 samples.
  expect(Math.abs(alone / split.count - together.nll)).toBeLessThan(0.05);
});

test('it is the exact NLL when the code reaches nothing, for one sample as for many', async () => {
  engine = await tinyEngine('wasm');
  const { model } = tinyContext(engine, tinyConfig('vae'));
  const values = engine.snapshot();
  // Posterior = prior and a decoder blind to the code: every weight is p(x).
  for (const name of ['encoder.posterior', 'decoder.cell']) values.get(name)!.data.fill(0);
  values.get('decoder.lstm.kernel')!.data.fill(0);
  engine.restore(values);
  const split = spreadSentences(tinySplit(), 8);
  const score = importanceScorer(model, engine, 8);
  const exact = await evaluator(model, engine, 8)(split, { setSize: 4, breathe });
  expect(exact.kl).toBe(0);
  for (const samples of [1, 7, 150]) {
    expect((await score(split, { samples, breathe })).nll).toBeCloseTo(exact.nll!, 4);
  }
});

test('on average the ELBO loss is above the importance-weighted NLL', async () => {
  engine = await tinyEngine('wasm');
  const { model } = tinyContext(engine, tinyConfig('vae'));
  roughen(engine, 0.8);
  const split = tinySplit(200);
  const elbo = await evaluator(model, engine, 8)(split, { setSize: 4, breathe });
  const { nll } = await importanceScorer(model, engine, 8)(split, { samples: 50, breathe });
  expect(elbo.nll).toBeGreaterThan(nll);
});

test('an evaluation does not depend on how many sentences are taken together', async () => {
  engine = await tinyEngine('wasm');
  const { model } = tinyContext(engine, tinyConfig('lstm-lm'));
  roughen(engine);
  const split = tinySplit(40);
  const small = await evaluator(model, engine, 8)(split, { setSize: 1, breathe });
  const large = await evaluator(model, engine, 8)(split, { setSize: 32, breathe });
  expect(small.nll).toBeCloseTo(large.nll!, 5);
  expect(small.tokens).toBe(split.tokens.length + 40);
  expect([small.kl, small.mi, small.au]).toEqual([null, null, null]);
  expect(cutBatches(split, 1).map((batch) => feedOf(split, batch).shape[1])).toEqual(Array(40).fill(1));
});
