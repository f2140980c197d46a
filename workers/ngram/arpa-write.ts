/** Writes a model in the ARPA format, which KenLM and SRILM read. A name that ends in .gz is written as gzip. */
import { gzipSync } from 'node:zlib';
import { writeWhole } from './file.ts';
import { shortestFloat32 } from './floats.ts';
import type { NgramModel } from './model.ts';
import { backoffAt, log10At } from './trie.ts';

const PIECE = 1 << 22;

export function writeArpa(model: NgramModel, path: string): void {
  const pieces = arpaPieces(model);
  writeWhole(path, path.endsWith('.gz') ? pieces.map((piece) => gzipSync(piece)) : pieces);
}

function* arpaPieces(model: NgramModel): Generator<Uint8Array> {
  const writer = new Writer();
  writer.text('\\data\\\n');
  model.levels.forEach((_, i) => writer.text(`ngram ${i + 1}=${listedCount(model, i + 1)}\n`));
  for (let n = 1; n <= model.order; n++) {
    writer.text(`\n\\${n}-grams:\n`);
    const level = model.levels[n - 1]!;
    const walk = new Walk(model, n);
    for (let i = 0; i < level.words.length; i++) {
      const ids = walk.at(i);
      const log10 = log10At(level, i);
      // A step without a chance of its own is made anew on reading.
      if (Number.isNaN(log10)) continue;
      writer.text(`${shortestFloat32(log10)}\t`);
      for (let k = 0; k < n; k++) {
        if (k > 0) writer.text(' ');
        writer.bytes(model.vocabulary.bytes(ids[k]!));
      }
      writer.text(n < model.order ? `\t${shortestFloat32(backoffAt(level, i))}\n` : '\n');
      if (writer.length > PIECE) yield writer.take();
    }
  }
  writer.text('\n\\end\\\n');
  yield writer.take();
}

function listedCount(model: NgramModel, n: number): number {
  const level = model.levels[n - 1]!;
  let count = level.words.length;
  if (model.hasSteps)
    for (let i = 0; i < level.words.length; i++) if (Number.isNaN(log10At(level, i))) count--;
  return count;
}

/** Word ids of the n-grams of one order, met in their order. */
class Walk {
  readonly #model: NgramModel;
  readonly #n: number;
  /** Index of the current n-gram's first k + 1 words at order k + 1. */
  readonly #indices: number[];
  readonly #ids: Uint32Array;

  constructor(model: NgramModel, n: number) {
    this.#model = model;
    this.#n = n;
    this.#indices = new Array<number>(n).fill(0);
    this.#ids = new Uint32Array(n);
  }

  at(index: number): Uint32Array {
    const { levels } = this.#model;
    const indices = this.#indices;
    indices[this.#n - 1] = index;
    for (let k = this.#n - 1; k > 0; k--) {
      const { first } = levels[k - 1]!;
      let parent = indices[k - 1]!;
      while (first[parent + 1]! <= indices[k]!) parent++;
      indices[k - 1] = parent;
    }
    for (let k = 0; k < this.#n; k++) this.#ids[k] = levels[k]!.words[indices[k]!]!;
    return this.#ids;
  }
}

class Writer {
  #buffer = Buffer.alloc(PIECE + (1 << 16));
  length = 0;

  text(text: string): void {
    this.#room(text.length);
    this.length += this.#buffer.write(text, this.length, 'latin1');
  }

  bytes(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  take(): Uint8Array {
    const piece = this.#buffer.subarray(0, this.length);
    this.#buffer = Buffer.alloc(PIECE + (1 << 16));
    this.length = 0;
    return piece;
  }

  #room(more: number): void {
    if (this.length + more <= this.#buffer.length) return;
    const grown = Buffer.alloc((this.length + more) * 2);
    grown.set(this.#buffer.subarray(0, this.length));
    this.#buffer = grown;
  }
}
