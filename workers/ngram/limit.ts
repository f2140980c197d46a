import type { Corpus } from './corpus.ts';
import { RESERVED, UNK } from './vocabulary.ts';

/**
 * Keeps the `most` most frequent words (ties: the earlier one); all others become the word `<unk>`, which then has
 * counts of its own like any word, so its chance is that of meeting some word outside the limit.
 */
export function limitVocabulary(corpus: Corpus, most: number): void {
  const { vocabulary } = corpus;
  const tokens = corpus.tokens(0);
  const met = new Uint32Array(vocabulary.size);
  for (let i = 0; i < corpus.length; i++) met[tokens[i]!]!++;
  const ids = Array.from({ length: vocabulary.size - RESERVED.length }, (_, i) => i + RESERVED.length);
  if (ids.length <= most) return;
  const kept = ids
    .sort((a, b) => met[b]! - met[a]! || a - b)
    .slice(0, most)
    .sort((a, b) => a - b);
  const order = [...RESERVED.keys(), ...kept];
  const map = new Uint32Array(vocabulary.size).fill(UNK);
  order.forEach((old, now) => (map[old] = now));
  corpus.renumber(map, vocabulary.select(order));
}
