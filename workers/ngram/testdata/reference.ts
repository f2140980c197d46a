/** What KenLM says about small texts (see README of the reference folder): read, and compare within its tolerances. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { backoffAt, findNgram, log10At } from '../trie.ts';
import type { NgramModel } from '../model.ts';

export const HERE = import.meta.dirname;
/** Larger reference sets, which are not part of the project. */
export const SHARED = join(HERE, '../../../../shared/kn');
export const hasShared = existsSync(join(SHARED, 'results.json'));

export function bytesOf(folder: string, file: string): Buffer {
  return readFileSync(join(folder, file));
}

export function jsonLines<T>(folder: string, file: string): T[] {
  return readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** log10 p and log10 backoff of an n-gram; nothing when it is not listed. */
export function lookUp(
  model: NgramModel,
  words: readonly Uint8Array[],
): { log10: number; backoff: number } | undefined {
  const ids = words.map((word) => model.vocabulary.find(word, 0, word.length));
  if (ids.some((id) => id < 0)) return undefined;
  const index = findNgram(model.levels, ids);
  if (index < 0) return undefined;
  const level = model.levels[ids.length - 1]!;
  return { log10: log10At(level, index), backoff: ids.length < model.order ? backoffAt(level, index) : 0 };
}

export function wordsOf(ngram: string): Uint8Array[] {
  return ngram.split(' ').map((word) => new TextEncoder().encode(word));
}

/** Every n-gram of an ARPA file by its words, read here in a few lines so as not to test the reader with itself. */
export function plainArpa(text: string): {
  counts: number[];
  ngrams: Map<string, { log10: number; backoff: number }>;
} {
  const counts: number[] = [];
  const ngrams = new Map<string, { log10: number; backoff: number }>();
  for (const line of text.split('\n')) {
    const declared = /^ngram \d+=(\d+)$/.exec(line);
    if (declared) counts.push(Number(declared[1]));
    const [log10, words, backoff] = line.split('\t');
    if (words !== undefined) ngrams.set(words, { log10: numberOf(log10), backoff: numberOf(backoff) });
  }
  return { counts, ngrams };
}

export function numberOf(text: string | number | undefined): number {
  if (text === '-inf') return -Infinity;
  return text === undefined ? 0 : Number(text);
}

export function expectNear(actual: number, wanted: number, tolerance: number, what: string): void {
  if (wanted === -Infinity) expect(actual, what).toBe(-Infinity);
  else expect(Math.abs(actual - wanted), `${what}: ${actual} for ${wanted}`).toBeLessThanOrEqual(tolerance);
}

export function expectDiscounts(
  actual: readonly (readonly number[])[],
  wanted: readonly (readonly number[])[],
): void {
  expect(actual.length).toBe(wanted.length);
  wanted.forEach((row, n) =>
    row.forEach((value, j) =>
      expectNear(actual[n]![j]!, value, 6e-6 * Math.abs(value), `D${j + 1} of order ${n + 1}`),
    ),
  );
}

/** Every n-gram KenLM lists is listed with its numbers, and no other. */
export function expectSameAsArpa(model: NgramModel, text: string): void {
  const { counts, ngrams } = plainArpa(text);
  expect(model.counts).toEqual(counts);
  expect(ngrams.size).toBe(counts.reduce((a, b) => a + b));
  for (const [words, wanted] of ngrams) {
    const found = lookUp(model, wordsOf(words));
    expectNear(found?.log10 ?? NaN, wanted.log10, 1e-5, `log10 p of «${words}»`);
    expectNear(found?.backoff ?? NaN, wanted.backoff, 1e-5, `log10 backoff of «${words}»`);
  }
}
