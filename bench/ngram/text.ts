import { wordnetSplit } from '../../workers/ngram/index.ts';

/** A fixed sequence of numbers in [0, 1) (Marsaglia's xorshift). */
function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}

/**
 * Text of any length that behaves like text: WordNet's own sentences first, then new ones. New n-grams keep coming as it
 * grows; at 10 million tokens it has 1.8 n-grams a token up to order 5 (prose has about 2.2).
 */
export function* benchSentences(tokens: number, seed = 1): Generator<string> {
  let left = tokens;
  for (const sentence of shuffled(realSentences(), stream(seed))) {
    if (left <= 0) return;
    left -= sentence.split(' ').length;
    yield sentence;
  }
  yield* newSentences(left, seed + 1);
}

/**
 * Sentences that take each next word from a random place of WordNet where the same last word (three times in ten: the
 * same last two) stands.
 */
export function* newSentences(tokens: number, seed: number): Generator<string> {
  const next = stream(seed);
  const places = indexPlaces(realSentences());
  for (let left = tokens; left > 0;) {
    const sentence = walk(places, next);
    if (sentence.length === 0) continue;
    left -= sentence.length;
    yield sentence.join(' ');
  }
}

function realSentences(): string[] {
  const { model, sample } = wordnetSplit();
  return [...sample.map((s) => s.text), ...model];
}

function shuffled<T>(items: T[], next: () => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}

/** Words that follow a word, and those that follow two; '' stands before and after each sentence. */
interface Places {
  one: Map<string, string[]>;
  two: Map<string, string[]>;
}

function indexPlaces(sentences: readonly string[]): Places {
  const places: Places = { one: new Map(), two: new Map() };
  const put = (map: Map<string, string[]>, key: string, word: string) => {
    const list = map.get(key);
    if (list) list.push(word);
    else map.set(key, [word]);
  };
  for (const sentence of sentences) {
    let [before, last] = ['', ''];
    for (const word of [...sentence.split(' '), '']) {
      put(places.one, last, word);
      put(places.two, `${before} ${last}`, word);
      [before, last] = [last, word];
    }
  }
  return places;
}

function walk({ one, two }: Places, next: () => number): string[] {
  const words: string[] = [];
  let [before, last] = ['', ''];
  while (words.length < 60) {
    const list = (next() < 0.3 ? two.get(`${before} ${last}`) : undefined) ?? one.get(last)!;
    const word = list[Math.floor(next() * list.length)]!;
    if (word === '') break;
    words.push(word);
    [before, last] = [last, word];
  }
  return words;
}
