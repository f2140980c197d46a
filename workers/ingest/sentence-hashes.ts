/**
 * Distinct sentences by two 32-bit hashes: eight bytes a sentence instead of its text. Two different sentences among
 * ten million are taken for one another with a chance of about 1 in 370,000.
 */
export class SentenceHashes {
  /** Open addressing: index + 1 of the sentence in each slot, 0 for an empty one. */
  private slots = new Int32Array(1 << 12);
  private first = new Int32Array(1 << 11);
  private second = new Int32Array(1 << 11);
  /** How many distinct sentences there are. */
  size = 0;

  /** Index of the sentence among the distinct ones; it is new where this is the `size` of before. */
  add(tokens: readonly string[]): number {
    let a = 0x811c9dc5;
    let b = 0x2545f491;
    for (const token of tokens) {
      for (let i = 0; i < token.length; i++) {
        const c = token.charCodeAt(i);
        a = Math.imul(a ^ c, 0x9e3779b1);
        b = Math.imul(b ^ c, 0x5f356495);
        a ^= a >>> 15;
        b ^= b >>> 13;
      }
      // No token holds a blank, so this marks its end.
      a = Math.imul(a ^ 32, 0x9e3779b1);
      b = Math.imul(b ^ 32, 0x5f356495);
    }
    return this.find(finish(a), finish(b));
  }

  private find(a: number, b: number): number {
    if (2 * this.size >= this.slots.length) this.grow();
    const mask = this.slots.length - 1;
    for (let at = a & mask; ; at = (at + 1) & mask) {
      const found = this.slots[at]! - 1;
      if (found >= 0 && (this.first[found] !== a || this.second[found] !== b)) continue;
      if (found >= 0) return found;
      this.first[this.size] = a;
      this.second[this.size] = b;
      this.slots[at] = ++this.size;
      return this.size - 1;
    }
  }

  private grow(): void {
    const wider = (old: Int32Array) => {
      const array = new Int32Array(old.length * 2);
      array.set(old);
      return array;
    };
    this.first = wider(this.first);
    this.second = wider(this.second);
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let i = 0; i < this.size; i++) {
      let at = this.first[i]! & mask;
      while (this.slots[at] !== 0) at = (at + 1) & mask;
      this.slots[at] = i + 1;
    }
  }
}

/** Spreads the bits of a hash (the finaliser of MurmurHash3). */
function finish(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
