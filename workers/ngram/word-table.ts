/**
 * The words of a vocabulary as a table in which a look-up touches one cache line: each record holds the word's last
 * eight bytes beside its id, so that only longer words are compared with their spelling.
 */
import type { Vocabulary } from './vocabulary.ts';

/** Numbers a record: last four bytes, the four before, length, id + 1 (0: free). */
const RECORD = 4;

export interface WordTable {
  readonly records: Uint32Array;
  /** Number of records, a power of two, less one. */
  readonly mask: number;
  readonly vocabulary: Vocabulary;
}

/** Where in the records a word begins to be looked for; `low` and `high` are its last eight bytes, the last one lowest. */
export function wordPlace({ mask }: WordTable, low: number, high: number, length: number): number {
  let h = Math.imul(low ^ Math.imul(high ^ length, 0x85ebca6b), 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return ((h ^ (h >>> 13)) & mask) * RECORD;
}

export function buildWordTable(vocabulary: Vocabulary): WordTable {
  let size = 16;
  while (size < vocabulary.size * 2) size *= 2;
  const mask = size - 1;
  const records = new Uint32Array(size * RECORD);
  const table = { records, mask, vocabulary };
  for (let id = 0; id < vocabulary.size; id++) {
    const bytes = vocabulary.bytes(id);
    let low = 0;
    let high = 0;
    for (const byte of bytes) {
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | byte;
    }
    let at = wordPlace(table, low, high, bytes.length);
    while (records[at + 3] !== 0) at = (at + RECORD) & (records.length - 1);
    records[at] = low;
    records[at + 1] = high;
    records[at + 2] = bytes.length;
    records[at + 3] = id + 1;
  }
  return table;
}

/** Id of the word bytes[start, end), to be looked for from `place` on, or -1. */
export function findInTable(
  { records, vocabulary }: WordTable,
  place: number,
  low: number,
  high: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const length = end - start;
  for (let at = place; ; at = (at + RECORD) & (records.length - 1)) {
    const id = records[at + 3]! - 1;
    if (id < 0) return -1;
    if (records[at] !== low || records[at + 1] !== high || records[at + 2] !== length) continue;
    if (length <= 8 || vocabulary.spells(id, bytes, start, end)) return id;
  }
}
