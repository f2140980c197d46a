import { diffArrays } from 'diff';

export interface MarkedWord {
  readonly word: string;
  /** Stands in the reference as well, at this place of the sentence. */
  readonly same: boolean;
}

const words = (sentence: string) => sentence.split(' ').filter((word) => word !== '');

/** The words of a sentence, told apart by whether the reference has them too (longest common subsequence). */
export function markWords(sentence: string, reference: string): MarkedWord[] {
  return diffArrays(words(reference), words(sentence))
    .filter((part) => !part.removed)
    .flatMap((part) => part.value.map((word) => ({ word, same: !part.added })));
}

/** Words that have to be put in, taken out or exchanged to turn one sentence into the other (Levenshtein). */
export function wordDistance(a: string, b: string): number {
  const [from, to] = [words(a), words(b)];
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (const [i, word] of from.entries()) {
    const next = [i + 1];
    for (const [j, other] of to.entries()) {
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (word === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1)!;
}
