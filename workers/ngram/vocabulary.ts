/**
 * Words as byte strings, numbered by first occurrence. One growing arena holds all spellings, an open-addressing
 * table finds them: no JavaScript string is made while a text is read, which is where most of the time would go.
 * The table is saved with the model, so that opening one builds nothing.
 */

/** Ids of the three words every model has. */
export const UNK = 0;
export const BOS = 1;
export const EOS = 2;
export const RESERVED = ['<unk>', '<s>', '</s>'] as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** FNV-1a over bytes [start, end), with a final mix so that the low bits (the table index) depend on all of them. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5;
  for (let i = start; i < end; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

/** The parts of a vocabulary that are saved. */
export interface VocabularyParts {
  /** All spellings, one after the other. */
  spellings: Uint8Array;
  /** Word id -> start in `spellings`; one more entry than words. */
  starts: Uint32Array;
  /** Hash table: slot -> word id + 1, or 0. Length is a power of two. */
  slots: Uint32Array;
}

export class Vocabulary {
  #spellings: Uint8Array;
  #starts: Uint32Array;
  #slots: Uint32Array;
  #size: number;

  private constructor(parts: VocabularyParts, size: number) {
    this.#spellings = parts.spellings;
    this.#starts = parts.starts;
    this.#slots = parts.slots;
    this.#size = size;
  }

  /** With the three reserved words in place. */
  static create(): Vocabulary {
    const parts = {
      spellings: new Uint8Array(1 << 16),
      starts: new Uint32Array(1 << 12),
      slots: new Uint32Array(1 << 13),
    };
    const vocabulary = new Vocabulary(parts, 0);
    for (const word of RESERVED) vocabulary.addWord(word);
    return vocabulary;
  }

  /** Over saved parts; nothing is copied and the result is not to be added to. */
  static over(parts: VocabularyParts): Vocabulary {
    return new Vocabulary(parts, parts.starts.length - 1);
  }

  /** Number of words, the reserved ones included. */
  get size(): number {
    return this.#size;
  }

  /** Id of the word bytes[start, end), or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashBytes(bytes, start, end) & mask;
    for (;;) {
      const id = this.#slots[slot]! - 1;
      if (id < 0 || this.spells(id, bytes, start, end)) return id;
      slot = (slot + 1) & mask;
    }
  }

  /** Id of the word, which is added when it is new. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashBytes(bytes, start, end) & mask;
    for (;;) {
      const id = this.#slots[slot]! - 1;
      if (id < 0) break;
      if (this.spells(id, bytes, start, end)) return id;
      slot = (slot + 1) & mask;
    }
    const id = this.#append(bytes, start, end);
    this.#slots[slot] = id + 1;
    if (this.#size * 2 > this.#slots.length) this.#rehash(this.#slots.length * 2);
    return id;
  }

  findWord(word: string): number {
    const bytes = encoder.encode(word);
    return this.find(bytes, 0, bytes.length);
  }

  addWord(word: string): number {
    const bytes = encoder.encode(word);
    return this.add(bytes, 0, bytes.length);
  }

  /** The spelling as text; bytes that are not UTF-8 show as replacement characters. */
  word(id: number): string {
    return decoder.decode(this.bytes(id));
  }

  bytes(id: number): Uint8Array {
    return this.#spellings.subarray(this.#starts[id]!, this.#starts[id + 1]!);
  }

  /** A vocabulary of the given words in the given order (the reserved three must come first). */
  select(ids: ArrayLike<number>): Vocabulary {
    const chosen = Vocabulary.create();
    for (let i = RESERVED.length; i < ids.length; i++) {
      const spelling = this.bytes(ids[i]!);
      chosen.add(spelling, 0, spelling.length);
    }
    return chosen;
  }

  /** What `over` takes back; views, cut to size. */
  parts(): VocabularyParts {
    return {
      spellings: this.#spellings.subarray(0, this.#starts[this.#size]),
      starts: this.#starts.subarray(0, this.#size + 1),
      slots: this.#slots,
    };
  }

  /** Whether word `id` is spelt bytes[start, end). */
  spells(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#starts[id]!;
    const length = end - start;
    if (this.#starts[id + 1]! - from !== length) return false;
    const spellings = this.#spellings;
    for (let i = 0; i < length; i++) if (spellings[from + i] !== bytes[start + i]) return false;
    return true;
  }

  #append(bytes: Uint8Array, start: number, end: number): number {
    const id = this.#size;
    const from = this.#starts[id]!;
    const to = from + (end - start);
    if (to > this.#spellings.length) {
      const grown = new Uint8Array(Math.max(to, this.#spellings.length * 2));
      grown.set(this.#spellings);
      this.#spellings = grown;
    }
    if (id + 2 > this.#starts.length) {
      const grown = new Uint32Array(this.#starts.length * 2);
      grown.set(this.#starts);
      this.#starts = grown;
    }
    this.#spellings.set(bytes.subarray(start, end), from);
    this.#starts[id + 1] = to;
    this.#size++;
    return id;
  }

  #rehash(length: number): void {
    const slots = new Uint32Array(length);
    const mask = length - 1;
    for (let id = 0; id < this.#size; id++) {
      let slot = hashBytes(this.#spellings, this.#starts[id]!, this.#starts[id + 1]!) & mask;
      while (slots[slot]) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    this.#slots = slots;
  }
}
