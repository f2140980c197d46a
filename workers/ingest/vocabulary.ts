import { firstWord, special, specialWords } from '../../contract/datasets.ts';

const unknownWord = specialWords[special.unknown];
const examplesOfRare = 10;
const frequentShown = 50;

/** Words and how often they occur, in the order in which they were first seen. */
export class WordCounts {
  private readonly counts = new Map<string, number>();
  total = 0;

  add(tokens: readonly string[]): void {
    for (const token of tokens) this.addWord(token, 1);
  }

  addWord(word: string, times: number): void {
    this.counts.set(word, (this.counts.get(word) ?? 0) + times);
    this.total += times;
  }

  /** Commonest first; words of equal count in the order in which they were first seen (the sort is stable). */
  ranked(): [word: string, count: number][] {
    // `<unk>` written out in a corpus is the unknown word, not a word of its own.
    return [...this.counts].filter(([word]) => word !== unknownWord).sort((a, b) => b[1] - a[1]);
  }
}

export interface Vocabulary {
  /** By id, special symbols first. */
  readonly words: readonly string[];
  readonly id: (word: string) => number;
  /** Share of running words that have an id, 0 to 1. */
  readonly coverage: number;
  readonly rareWords: number;
  readonly rareExamples: readonly string[];
  readonly frequent: readonly { word: string; count: number }[];
}

/**
 * The `size` most frequent words of the training split, ties by first occurrence in it. `complete` words have an id
 * even where the split lacks them.
 */
export function cutVocabulary(
  counts: WordCounts,
  size: number,
  complete: readonly string[] = [],
): Vocabulary {
  const ranked = counts.ranked();
  const seen = new Set(ranked.map(([word]) => word));
  const all = [
    ...ranked,
    ...complete.filter((word) => !seen.has(word)).map((word): [string, number] => [word, 0]),
  ];
  const kept = all.slice(0, size);
  const ids = new Map(kept.map(([word], i) => [word, i + firstWord]));
  const covered = kept.reduce((sum, [, count]) => sum + count, 0);
  return {
    words: [...specialWords, ...kept.map(([word]) => word)],
    id: (word) => ids.get(word) ?? special.unknown,
    coverage: counts.total === 0 ? 0 : covered / counts.total,
    rareWords: all.length - kept.length,
    rareExamples: all.slice(size, size + examplesOfRare).map(([word]) => word),
    frequent: kept.slice(0, frequentShown).map(([word, count]) => ({ word, count })),
  };
}
