import { describe, expect, test } from 'vitest';
import { methodById, type OptionValues } from '../../contract/methods/index.ts';
import { aDataSet } from '../testing/fixtures.ts';
import { calibrated, makespan } from './calibrate.ts';
import { atSpeed, guessedSpeed, workOf } from './work.ts';

const data = aDataSet({
  sentences: { train: 10_000, validation: 1000, test: 1000, evaluator: 1000 },
  ...{ vocabulary: 10_000, meanLength: 15, lengths: [{ length: 15, count: 10_000 }] },
});
const options = (id: string, change: OptionValues = {}): OptionValues => ({
  ...methodById(id).preset('standard', 'text'),
  ...change,
});
const work = (id: string, change: OptionValues = {}) => workOf(id, options(id, change), data);

describe('the formula of work', () => {
  test('agrees with a count by hand', () => {
    // LSTM-LM: 16 tokens; per token 2 x 4 x 256 x (128 + 256) for the LSTM and 2 x 256 x 10,000 for the softmax.
    const sentence = 16 * (2 * 4 * 256 * (128 + 256) + 2 * 256 * 10_000);
    // 40 epochs of ceil(10,000 / 32) updates of 32 sentences, forward and backward.
    expect(work('lstm-lm').training).toBe(40 * 313 * 32 * 3 * sentence);
    expect(work('lstm-lm').testing).toBe(1000 * sentence);
  });

  test.each(['epochs', 'updatesPerEpoch', 'hidden', 'embedding', 'latent'])(
    'more %s is more training',
    (option) => {
      const more = { [option]: 2 * (Number(options('vae')[option]) || 400) };
      expect(work('vae', more).training).toBeGreaterThan(work('vae').training);
    },
  );

  test('more importance samples are more testing, and nothing else', () => {
    const [few, many] = [work('vae'), work('vae', { importanceSamples: 1000 })];
    expect(many.testing).toBeGreaterThan(few.testing);
    expect({ ...many, testing: 0 }).toEqual({ ...few, testing: 0 });
  });

  test('every sentence length is graphs of its own, where there are graphs', () => {
    const lengths = Array.from({ length: 11 }, (_, i) => ({ length: 15 - i, count: 1000 }));
    const on = (backend: 'cpu' | 'wasm', of: typeof data) =>
      atSpeed(workOf('vae', options('vae'), of), guessedSpeed(backend, 2));
    const added = (backend: 'cpu' | 'wasm') => {
      const [one, eleven] = [on(backend, data), on(backend, { ...data, lengths })];
      return { seconds: eleven.seconds - one.seconds, bytes: eleven.bytes - one.bytes };
    };
    expect(added('cpu').seconds).toBeCloseTo(10 * 4 * 0.2, 6);
    expect(added('cpu').bytes).toBeCloseTo(10 * 4 * 1.1e6, 0);
    expect(added('wasm')).toEqual({ seconds: 0, bytes: 0 });
  });

  test('a test split holds a block of logits while it is measured', () => {
    // 2^26 numbers of four bytes.
    expect(work('vae', { batch: 1 }).bytes).toBeGreaterThan(4 * 2 ** 26);
  });

  test('aggressive training is many times a plain one', () => {
    expect(work('lagging').training / work('vae').training).toBeGreaterThan(3);
  });

  test('a method without a code has no encoder and no importance samples to pay for', () => {
    expect(work('lstm-lm').testing).toBeLessThan(work('vae').testing / 10);
  });

  test('gives the speed measured for the middle workload of the design within a factor of two', () => {
    // W2: V 10,000, ni = nh = 256, nz 32, 16 tokens, batch 32; a captured step takes 54 to 59 ms on two cores.
    const change = { embedding: 256, hidden: 256, latent: 32, epochs: 1, updatesPerEpoch: 100 };
    const { training, steps } = { ...work('vae', change), steps: 100 };
    const { flops, secondsPerStep } = guessedSpeed('cpu', 2);
    const seconds = training / flops / 100 + (steps * secondsPerStep) / 100;
    expect(seconds).toBeGreaterThan(0.057 / 2);
    expect(seconds).toBeLessThan(0.057 * 2);
  });

  test('parts are shares of the whole, largest first', () => {
    const { parts } = atSpeed(work('vae'), guessedSpeed('cpu', 2));
    expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10);
    expect(parts.map(({ share }) => share)).toEqual(
      parts.map(({ share }) => share).toSorted((a, b) => b - a),
    );
  });
});

describe('calibration', () => {
  const formula = { seconds: 100, bytes: 1000, parts: [] };
  const timing = (
    methodId: string,
    ratio: number,
    change: { origin?: 'run' | 'drive'; likeness?: string } = {},
  ) => ({
    ...{
      at: 0,
      origin: 'run' as const,
      likeness: 'like',
      ...change,
      deviceId: 'cpu',
      methodId,
      secondsByFormula: 10,
      bytesByFormula: 10,
    },
    ...{ seconds: 10 * ratio, bytes: 5 },
  });

  const of = (methodId: string, likeness = 'like') => ({ methodId, likeness });

  test('changes nothing while nothing was measured, and says so', () => {
    const { seconds, bytes, basis } = calibrated(formula, of('vae'), []);
    expect({ basis, bytes }).toEqual({ basis: 'formula', bytes: 1000 });
    expect(seconds.low).toBeLessThan(100);
    expect(seconds.high).toBeGreaterThan(100);
  });

  test('takes the median of runs with the same method, so that one odd run does no harm', () => {
    const timings = [timing('vae', 2), timing('vae', 50), timing('vae', 3), timing('lagging', 0.1)];
    const { seconds, bytes, basis } = calibrated(formula, of('vae'), timings);
    expect(basis).toBe('measured');
    expect(seconds.low).toBeCloseTo(0.8 * 300);
    expect(seconds.high).toBeCloseTo(1.25 * 300);
    expect(bytes).toBe(500);
  });

  test('takes all runs of the device for a method that has none', () => {
    const timings = [timing('vae', 2), timing('lagging', 4)];
    expect(calibrated(formula, of('beta-vae'), timings).seconds.low).toBeCloseTo(0.8 * 300);
  });
});

describe('what is taken to correct an estimate', () => {
  const timing = (methodId: string, likeness: string, origin: 'run' | 'drive', seconds: number) => ({
    ...{ at: 0, deviceId: 'cpu', methodId, likeness, origin },
    ...{ secondsByFormula: 1, seconds, bytesByFormula: 1, bytes: 1 },
  });
  /** From what tells least to what tells most. */
  const timings = [
    timing('lagging', 'other', 'run', 2),
    timing('vae', 'other', 'drive', 3),
    timing('vae', 'other', 'run', 4),
    timing('vae', 'like', 'drive', 5),
    timing('vae', 'like', 'run', 6),
  ];
  test.each([
    ['a finished run like it', 5, 6],
    ['else a test drive of one like it', 4, 5],
    ['else a finished run with the same method', 3, 4],
    ['else a test drive with the same method', 2, 3],
    ['else what there is', 1, 2],
  ])('%s', (_, known, expected) => {
    const formula = { seconds: 1, bytes: 1, parts: [] };
    const of = { methodId: 'vae', likeness: 'like' };
    expect(calibrated(formula, of, timings.slice(0, known)).seconds.low).toBeCloseTo(0.8 * expected);
  });

  test('of several test drives the last one', () => {
    const drives = [9, 1, 1].map((seconds) => timing('vae', 'like', 'drive', seconds));
    const formula = { seconds: 1, bytes: 1, parts: [] };
    const of = { methodId: 'vae', likeness: 'like' };
    expect(calibrated(formula, of, drives).seconds.low).toBeCloseTo(0.8 * 9);
  });
});

test('the end of a study is when the last slot is free', () => {
  expect(makespan([5, 4, 3, 2], 1)).toBe(14);
  expect(makespan([5, 4, 3, 2], 2)).toBe(7);
  expect(makespan([5, 4, 3, 2], 9)).toBe(5);
});
