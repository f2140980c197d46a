import { describe, expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { measuresOf } from './defined.ts';
import { methodById, methods } from './index.ts';
import {
  carrying,
  configOf,
  fileOfCombination,
  methodOf,
  ownMethod,
  readCombination,
  withLaterOptions,
  type Combination,
} from './own.ts';

const combinationOf = (basis: string, change: Partial<Combination['blocks']> = {}): Combination => {
  const method = methodById(basis);
  const { blocks } = method.configure(method.preset('quick', 'text'));
  return { name: 'Mine', basis, blocks: { ...blocks, ...change } };
};
const code = (work: () => unknown): ErrorCode | undefined => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return undefined;
};

describe('a combination that changes nothing is configured like the method it began with', () => {
  test.each(methods.map(({ id }) => id))('%s', (basis) => {
    const method = methodById(basis);
    const own = ownMethod('1', combinationOf(basis));
    const config = own.configure(own.preset('quick', 'text'));
    const { blocks: basic, ...shared } = method.configure(method.preset('quick', 'text'));
    expect(config).toMatchObject(shared);
    expect(own.measures).toEqual(measuresOf(basic));
    // Widths follow the shared options; every other number is the combination's.
    const { blocks } = own.configure({ ...own.preset('quick', 'text'), ...(own.latent && { latent: 16 }) });
    if (blocks.posterior.kind !== 'none') expect(blocks.posterior.dim).toBe(16);
  });
});

test('a run finds its combination in its options, whatever became of the preset', () => {
  const own = combinationOf('aae');
  const made = ownMethod('7', own);
  const options = carrying(made.preset('quick', 'text'), own);
  const found = methodOf({ methodId: 'own:7', options });
  expect(found.title).toBe('Mine');
  expect(found.configure(options).blocks).toEqual(made.configure(made.preset('quick', 'text')).blocks);
  expect(methodOf({ methodId: 'vae', options: {} }).id).toBe('vae');
  expect(code(() => methodOf({ methodId: 'own:7', options: {} }))).toBe('methods.unknown');
});

test('a method of one’s own asks for the labels that its blocks read', () => {
  expect(ownMethod('1', combinationOf('vfae')).needs).toEqual({ labels: 1 });
  expect(ownMethod('1', combinationOf('vae')).needs).toEqual({ labels: 0 });
});

test('blocks that do not fit cannot be configured, also where only the width breaks them', () => {
  const alone = combinationOf('vae', { procedure: { kind: 'alternating' } });
  const made = ownMethod('1', alone);
  expect(code(() => made.configure(made.preset('quick', 'text')))).toBe('combinations.misfit');
  const groups = combinationOf('vae', {
    regularizers: [{ kind: 'hsic', weight: 1, between: { groups: 4 }, root: false, after: 0 }],
  });
  const wide = ownMethod('1', groups);
  const preset = wide.preset('quick', 'text');
  expect(code(() => wide.configure(preset))).toBeUndefined();
  expect(code(() => wide.configure({ ...preset, latent: 2 }))).toBe('combinations.misfit');
});

describe('a file', () => {
  test('brings back what was written', () => {
    const own = combinationOf('hfvae');
    expect(readCombination(fileOfCombination(own))).toEqual(own);
  });

  test('that is none says why', () => {
    const text = fileOfCombination(combinationOf('vae'));
    expect(code(() => readCombination('hello'))).toBe('combinations.file');
    expect(code(() => readCombination('{}'))).toBe('combinations.file');
    expect(code(() => readCombination(text.replace('"gaussian"', '"laplace"')))).toBe('combinations.file');
    expect(code(() => readCombination(text.replace('"version": 1', '"version": 2')))).toBe(
      'combinations.file',
    );
    expect(code(() => readCombination(text.replace('"joint"', '"alternating"')))).toBe('combinations.misfit');
    expect(code(() => readCombination(text.replace('"basis": "vae"', '"basis": "x"')))).toBe(
      'methods.unknown',
    );
    expect(() => readCombination(text.replace('"constant"', '"often"'))).toThrow(/blocks\.klWeight/);
  });
});

describe('a run that was made before its method had an option', () => {
  const mae = methodById('mae');
  const { averageDecay, ...before } = mae.preset('quick', 'text');

  test('has the value at which the method does what it did then', () => {
    expect(averageDecay).toBe(0.999);
    expect(withLaterOptions({ methodId: 'mae', options: before })).toEqual({ ...before, averageDecay: 0 });
    expect(configOf({ methodId: 'mae', options: before }).blocks.procedure).toEqual({ kind: 'joint' });
    const { transfer, ...arae } = methodById('arae').preset('quick', 'text');
    expect(transfer).toBe('none');
    expect(withLaterOptions({ methodId: 'arae', options: arae })).toMatchObject({ transfer });
  });

  test('one with all options, and one of a method that is gone, stay as they are', () => {
    const whole = mae.preset('quick', 'text');
    expect(withLaterOptions({ methodId: 'mae', options: whole })).toBe(whole);
    expect(withLaterOptions({ methodId: 'gone', options: { a: 1 } })).toEqual({ a: 1 });
  });
});
