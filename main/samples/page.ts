import type { Sample, sampleQuery } from '../../contract/rpc.ts';
import type * as z from 'zod';

export type SampleQuery = z.infer<typeof sampleQuery>;

/** A sentence of a set with all that is known of it. */
export type Row = Sample;

export interface Page {
  /** Sentences that match. */
  total: number;
  /** Of what was searched for, in all of them. */
  occurrences: number;
  samples: Sample[];
}

/**
 * Filters, sorts and cuts. `hits` says how often the search occurs in each row, or nothing when nothing is searched
 * for. Rows that are equal in what is sorted by keep the order of the set.
 */
export function pageOf(rows: readonly Row[], hits: ArrayLike<number> | undefined, query: SampleQuery): Page {
  let occurrences = 0;
  const found = rows.filter((row, i) => {
    const count = hits ? (hits[i] ?? 0) : 1;
    if (count === 0 || row.words < query.shortest || row.words > query.longest) return false;
    if (hits) occurrences += count;
    return true;
  });
  const direction = query.descending ? -1 : 1;
  const compare = comparisons[query.sort];
  found.sort((a, b) => direction * compare(a, b) || a.index - b.index);
  return { total: found.length, occurrences, samples: found.slice(query.offset, query.offset + query.limit) };
}

/** Much faster over a long list than `localeCompare`. */
const alphabet = new Intl.Collator();

const comparisons: Record<SampleQuery['sort'], (a: Row, b: Row) => number> = {
  index: (a, b) => a.index - b.index,
  fppl: (a, b) => a.fppl - b.fppl,
  length: (a, b) => a.words - b.words,
  text: (a, b) => alphabet.compare(a.text, b.text),
  copies: (a, b) => a.copies - b.copies,
};
