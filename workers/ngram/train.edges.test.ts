import { describe, expect, test } from 'vitest';
import { errorOf } from './testdata/error.ts';
import {
  bytesOf,
  expectDiscounts,
  expectNear,
  hasShared,
  lookUp,
  numberOf,
  SHARED,
} from './testdata/reference.ts';
import { trainNgramBytes, type TrainOptions } from './train.ts';

interface EdgeCase {
  name: string;
  base?: string;
  input?: string;
  input_repeat?: [string, number];
  transform?: string;
  append_repeat?: [string, number];
  append?: string;
  append_b64?: string;
  flags: string[];
  expect: {
    outcome: 'ok' | 'error';
    unigram_tokens: number;
    ngram_counts: number[];
    discounts: number[][];
    fallback_orders: number[];
    probes: {
      ngram: string | { b64: string };
      log10_prob: number | string;
      log10_backoff?: number | string;
    }[];
    same_model_as?: string;
    error?: {
      kind: string;
      word?: string;
      order?: number;
      missing_count?: number;
      which?: number;
      value?: number;
    };
  };
}

function edgeText(edge: EdgeCase): Buffer {
  const base = edge.base === undefined ? '' : bytesOf(SHARED, edge.base).toString('latin1');
  const transforms: Record<string, (text: string) => string> = {
    crlf: (text) => text.replaceAll('\n', '\r\n'),
    tabs: (text) => text.replaceAll(' ', '\t'),
    many_spaces: (text) =>
      text.replace(/^.*$/gm, (line) => (line === '' ? '' : `  ${line.replaceAll(' ', '   ')}  `)),
    bom: (text) => `\xef\xbb\xbf${text}`,
    one_line: (text) => `${text.trimEnd().replaceAll('\n', ' ')}\n`,
    base_twice: (text) => text.repeat(2),
    base_five: (text) => text.repeat(5),
  };
  const latin = (text: string) => Buffer.from(text).toString('latin1');
  const changed = edge.transform ? transforms[edge.transform]!(base) : base;
  const repeated = ([text, times]: [string, number] = ['', 0]) => latin(text).repeat(times);
  const appended = latin(edge.append ?? '') + Buffer.from(edge.append_b64 ?? '', 'base64').toString('latin1');
  const input = latin(edge.input ?? '') + repeated(edge.input_repeat);
  return Buffer.from(input + changed + repeated(edge.append_repeat) + appended, 'latin1');
}

function edgeOptions({ flags }: EdgeCase): TrainOptions {
  const at = flags.indexOf('--discount_fallback');
  const values = flags.slice(at + 1, at + 4).map(Number);
  const given = values.length === 3 && values.every(Number.isFinite);
  return {
    order: 5,
    lastNgramRule: true,
    discountFallback: at >= 0 && (given ? ([values[0]!, values[1]!, values[2]!] as const) : true),
    reserved: flags.includes('--skip_symbols') ? 'skip' : 'refuse',
  };
}

const edges = hasShared ? (JSON.parse(bytesOf(SHARED, 'edge_train.json').toString()) as EdgeCase[]) : [];

describe.skipIf(!hasShared)('odd training texts (skipped where ../shared is absent)', () => {
  const emptyFiles = new Set(['empty_file', 'empty_file_fallback']);
  const fine = edges.filter((edge) => edge.expect.outcome === 'ok' && !emptyFiles.has(edge.name));
  const refused = edges.filter((edge) => edge.expect.outcome === 'error' && !emptyFiles.has(edge.name));

  test.each(fine)('$name', (edge) => {
    const { model, report } = trainNgramBytes(edgeText(edge), edgeOptions(edge));
    const counts = edge.expect.ngram_counts;
    expect(report.ngrams).toEqual(counts);
    expect(report.words).toBe(edge.expect.unigram_tokens);
    expectDiscounts(report.discounts, edge.expect.discounts);
    expect(report.fallbackOrders.map((f) => f.order)).toEqual(edge.expect.fallback_orders);
    for (const probe of edge.expect.probes) {
      const bytes =
        typeof probe.ngram === 'string' ? Buffer.from(probe.ngram) : Buffer.from(probe.ngram.b64, 'base64');
      const words = bytes
        .toString('latin1')
        .split(' ')
        .map((word) => Buffer.from(word, 'latin1'));
      const found = lookUp(model, words);
      expectNear(found?.log10 ?? NaN, numberOf(probe.log10_prob), 1e-5, bytes.toString());
      expectNear(found?.backoff ?? NaN, numberOf(probe.log10_backoff), 1e-5, bytes.toString());
    }
  });

  test.each(fine.filter((edge) => edge.expect.same_model_as))(
    '$name gives the same model as another text',
    (edge) => {
      const other = edges.find((candidate) => candidate.name === edge.expect.same_model_as)!;
      const a = trainNgramBytes(edgeText(edge), edgeOptions(edge)).model;
      const b = trainNgramBytes(edgeText(other), edgeOptions(other)).model;
      expect(a.levels).toEqual(b.levels);
      expect(a.vocabulary.parts()).toEqual(b.vocabulary.parts());
    },
  );

  test.each(refused)('$name is refused', (edge) => {
    const wanted = edge.expect.error!;
    const error = errorOf(() => trainNgramBytes(edgeText(edge), edgeOptions(edge)));
    if (wanted.kind === 'reserved_word') {
      expect(error.code).toBe('ngram.reserved-word');
      expect(error.facts.word).toBe(wanted.word);
    } else if (wanted.kind === 'no_ngrams_with_adjusted_count') {
      expect(error.code).toBe('ngram.discount-missing');
      expect(error.facts).toMatchObject({ order: wanted.order, count: wanted.missing_count });
    } else {
      expect(error.code).toBe('ngram.discount-range');
      expect(error.facts).toMatchObject({ order: wanted.order, count: wanted.which });
      expectNear(error.facts.value as number, wanted.value!, 1e-6, 'discount');
    }
  });
});
