/** Reads back-off models in the ARPA format (plain or gzip), from whatever program they come. */
import { AppError } from '../../contract/errors.ts';
import { parseNumber } from './floats.ts';
import { addSteps, buildTrie, type Entries } from './build.ts';
import { readWhole } from './lines.ts';
import { NgramModel } from './model.ts';
import { BOS, EOS, UNK, Vocabulary } from './vocabulary.ts';

const LF = 10;
const SPACE = 32;
const TAB = 9;
const CR = 13;
/** What KenLM gives `<unk>` when a model does not list it. */
const NO_UNK = -100;

export function readArpa(path: string): NgramModel {
  return parseArpa(readWhole(path), path);
}

export function isArpa(bytes: Uint8Array): boolean {
  return /^\s*\\data\\/.test(Buffer.from(bytes.subarray(0, 64)).toString('latin1'));
}

/** `name` is what errors call the file. */
export function parseArpa(bytes: Uint8Array, name: string): NgramModel {
  const reader = new ArpaReader(bytes, name);
  const sizes = reader.sizes();
  const vocabulary = Vocabulary.create();
  const orders = sizes.map((size, i) => reader.section(i + 1, size, i + 1 === sizes.length, vocabulary));
  reader.expect('\\end\\');
  const listed = orders[0]!;
  const words = listed.ids.filter((id) => id !== UNK);
  const different = new Set(words);
  if (different.size < words.length) reader.fail('a word is listed twice');
  if (!different.has(BOS) || !different.has(EOS)) reader.fail('<s> or </s> is not listed');
  if (different.size < vocabulary.size - 1) reader.fail('a word stands in n-grams but is not listed');
  orders[0] = byWord(listed, vocabulary.size);
  const built = buildTrie(orders) ?? buildTrie(addSteps(orders));
  if (!built) return reader.fail('an n-gram is listed twice');
  return new NgramModel({ vocabulary, ...built });
}

/** Unigrams in the order of their ids. */
function byWord(listed: Entries, types: number): Entries {
  const log10 = new Float32Array(types);
  log10[UNK] = NO_UNK;
  const backoff = new Float32Array(types);
  listed.ids.forEach((id, i) => {
    log10[id] = listed.log10[i]!;
    backoff[id] = listed.backoff[i] ?? 0;
  });
  return { ids: Uint32Array.from({ length: types }, (_, w) => w), log10, backoff };
}

class ArpaReader {
  readonly #bytes: Uint8Array;
  readonly #name: string;
  #at = 0;
  #line = 0;
  /** The current line. */
  #start = 0;
  #end = 0;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#name = name;
  }

  fail(reason: string): never {
    throw new AppError('ngram.arpa', { file: this.#name, line: this.#line, reason });
  }

  /** Moves to the next line; false at the end. */
  #next(): boolean {
    if (this.#at >= this.#bytes.length) return false;
    const found = this.#bytes.indexOf(LF, this.#at);
    this.#start = this.#at;
    this.#end = found < 0 ? this.#bytes.length : found;
    this.#at = this.#end + 1;
    if (this.#end > this.#start && this.#bytes[this.#end - 1] === CR) this.#end--;
    this.#line++;
    return true;
  }

  #nextFilled(what: string): void {
    do if (!this.#next()) this.fail(`the file ends where ${what} should stand`);
    while (this.#start === this.#end);
  }

  #text(): string {
    return Buffer.from(this.#bytes.subarray(this.#start, this.#end)).toString('latin1').trim();
  }

  expect(heading: string): void {
    this.#nextFilled(heading);
    if (this.#text() !== heading) this.fail(`«${heading}» should stand here`);
  }

  /** Declared number of n-grams by order. */
  sizes(): number[] {
    this.expect('\\data\\');
    const sizes: number[] = [];
    this.#nextFilled('ngram 1=');
    do {
      const declared = /^ngram (\d+)\s*=\s*(\d+)$/.exec(this.#text());
      if (!declared || Number(declared[1]) !== sizes.length + 1)
        this.fail(`«ngram ${sizes.length + 1}=…» or an empty line should stand here`);
      sizes.push(Number(declared![2]));
    } while (this.#next() && this.#start < this.#end);
    return sizes;
  }

  section(n: number, size: number, highest: boolean, vocabulary: Vocabulary): Entries {
    this.expect(`\\${n}-grams:`);
    const entries: Entries = {
      ids: new Uint32Array(size * n),
      log10: new Float32Array(size),
      backoff: new Float32Array(highest ? 0 : size),
    };
    for (let i = 0; i < size; i++) {
      if (!this.#next() || this.#start === this.#end || this.#bytes[this.#start] === 92)
        this.fail(`${size} n-grams of order ${n} are declared, but only ${i} are listed`);
      this.#entry(n, i, highest, entries, vocabulary);
    }
    return entries;
  }

  #entry(n: number, i: number, highest: boolean, entries: Entries, vocabulary: Vocabulary): void {
    const bytes = this.#bytes;
    let at = this.#start;
    const field = (): number => {
      while (at < this.#end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
      const from = at;
      while (at < this.#end && bytes[at] !== SPACE && bytes[at] !== TAB) at++;
      return from;
    };
    let from = field();
    const log10 = parseNumber(bytes, from, at);
    if (Number.isNaN(log10)) this.fail('the line does not begin with a number');
    entries.log10[i] = log10;
    for (let k = 0; k < n; k++) {
      from = field();
      if (from === at) this.fail(`the n-gram has fewer than ${n} words`);
      entries.ids[i * n + k] = isShoutedUnk(bytes, from, at) ? UNK : vocabulary.add(bytes, from, at);
    }
    from = field();
    if (from === at) return;
    const backoff = parseNumber(bytes, from, at);
    if (Number.isNaN(backoff)) this.fail('what stands behind the n-gram is not a number');
    if (!highest) entries.backoff[i] = backoff;
  }
}

/** `<UNK>` is another spelling of `<unk>` in models of other programs. */
function isShoutedUnk(bytes: Uint8Array, from: number, to: number): boolean {
  return (
    to - from === 5 &&
    bytes[from] === 60 &&
    bytes[from + 1] === 85 &&
    bytes[from + 2] === 78 &&
    bytes[from + 3] === 75 &&
    bytes[from + 4] === 62
  );
}
