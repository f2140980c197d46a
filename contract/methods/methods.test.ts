import { describe, expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import { fieldProblem, methodById, methods, sizes, type OptionValues } from './index.ts';

function thrown(body: () => unknown): AppError {
  try {
    body();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe.each(methods.map((m) => [m.id, m] as const))('%s', (_, method) => {
  test('has every word its card needs', () => {
    for (const words of [method.title, method.plain, method.goodWhen, method.watchOutFor, method.citation]) {
      expect(words.trim().length).toBeGreaterThan(3);
    }
    expect(method.plain.endsWith('.')).toBe(true);
    expect(method.symbols.length).toBeGreaterThan(0);
  });

  test('names only existing options in its formula', () => {
    for (const { option } of method.symbols) {
      if (option !== undefined) expect(Object.keys(method.fields)).toContain(option);
    }
  });

  test('every field says what raising and lowering it does, and its default is valid', () => {
    for (const [name, field] of Object.entries(method.fields)) {
      expect(field.title.length, name).toBeGreaterThan(2);
      expect(field.raise, name).toMatch(/\.$/);
      expect(field.lower, name).toMatch(/\.$/);
      expect(fieldProblem(field, field.default), name).toBeUndefined();
    }
  });

  test('every size on every kind of data is a complete, valid configuration', () => {
    for (const size of sizes) {
      // The synthetic data have no labels.
      for (const kind of method.needs.labels > 0 ? (['text'] as const) : (['text', 'synthetic'] as const)) {
        const values = method.preset(size, kind);
        expect(Object.keys(values).sort()).toEqual(Object.keys(method.fields).sort());
        const { blocks } = method.configure(values);
        expect(blocks.posterior.kind === 'none').toBe(!method.latent);
      }
    }
  });
});

describe('options', () => {
  const vae = methodById('vae');
  const values = vae.preset('standard', 'text');

  test('a value out of range is refused with the method, the option and the bound', () => {
    const error = thrown(() => vae.configure({ ...values, dropoutIn: 0.99 }));
    expect(error.code).toBe('methods.option');
    expect(error.facts).toEqual({
      method: 'vae',
      option: 'dropoutIn',
      value: '0.99',
      reason: 'it must be at most 0.95',
    });
  });

  test('a missing value, a word for a number and a fraction for a whole number are refused', () => {
    const { batch: _, ...without } = values as OptionValues & { batch: number };
    expect(thrown(() => vae.configure(without)).code).toBe('methods.option');
    expect(thrown(() => vae.configure({ ...values, batch: 'many' })).code).toBe('methods.option');
    expect(thrown(() => vae.configure({ ...values, batch: 2.5 })).facts.reason).toBe(
      'it must be a whole number',
    );
  });

  test('an unknown option is listed, not ignored', () => {
    const error = thrown(() => vae.configure({ ...values, btach: 3 }));
    expect(error.code).toBe('methods.unknown-option');
    expect(error.facts.option).toBe('btach');
  });

  test('an unknown method names the known ones', () => {
    const error = thrown(() => methodById('vea'));
    expect(error.code).toBe('methods.unknown');
    expect(error.facts.known).toContain('lagging');
  });

  test('the thorough size is the published architecture: ni 512, nh 1024, d 32, batch 32, clip 5, SGD rate 1', () => {
    const config = vae.configure(vae.preset('thorough', 'text'));
    expect(config.architecture).toEqual({ embedding: 512, hidden: 1024, dropoutIn: 0.5, dropoutOut: 0.5 });
    expect(config.blocks.posterior).toEqual({ kind: 'gaussian', dim: 32 });
    expect(config.training).toMatchObject({
      batch: 32,
      epochs: 100,
      learningRate: 1,
      clip: 5,
      patience: 2,
      guardEpoch: 15,
      halvings: 5,
    });
    expect(config.evaluation.importanceSamples).toBe(500);
  });

  test('synthetic data take the toy architecture: ni 50, nh 50, d 2, batch 16', () => {
    const config = vae.configure(vae.preset('standard', 'synthetic'));
    expect(config.architecture).toMatchObject({ embedding: 50, hidden: 50 });
    expect(config.blocks.posterior).toEqual({ kind: 'gaussian', dim: 2 });
    expect(config.training).toMatchObject({ batch: 16, guardEpoch: 0 });
  });
});

test('what sets the methods apart is in their blocks', () => {
  const blocks = (id: string, change: OptionValues = {}) => {
    const m = methodById(id);
    return m.configure({ ...m.preset('standard', 'text'), ...change }).blocks;
  };
  expect(blocks('vae').klWeight).toEqual({ kind: 'constant', value: 1 });
  expect(blocks('beta-vae', { beta: 0.2 }).klWeight).toEqual({ kind: 'constant', value: 0.2 });
  expect(blocks('vae-anneal').klWeight).toEqual({ kind: 'linear', start: 0.1, epochs: 10 });
  expect(blocks('vae-anneal', { curve: 'logistic' }).klWeight).toEqual({
    kind: 'logistic',
    slope: 0.0025,
    midpoint: 2500,
  });
  expect(blocks('lagging').procedure).toEqual({ kind: 'aggressive', window: 15, maxInner: 100 });
  expect(blocks('lagging').klWeight).toEqual({ kind: 'constant', value: 1 });
  expect(blocks('lagging-anneal').klWeight.kind).toBe('linear');
});

test('Wasserstein autoencoders train as released, with Adam at 0.001', () => {
  for (const id of ['wae-mmd', 'wae-gan']) {
    const found = methodById(id);
    expect(found.configure(found.preset('standard', 'text')).training, id).toMatchObject({
      optimizer: 'adam',
      learningRate: 0.001,
    });
  }
});
