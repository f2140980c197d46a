import { philox, type Generator } from '../tensor/random.ts';

/**
 * The generator of the lagging-inference paper's synthetic data (He et al. 2019, as released): z from a mixture of
 * four unit Gaussians, then an LSTM language model whose every parameter is random.
 */
export const syntheticSizes = {
  vocabulary: 1000,
  embedding: 100,
  hidden: 100,
  latent: 2,
  length: 10,
} as const;
const { vocabulary: V, embedding: E, hidden: H, latent: Z, length: L } = syntheticSizes;
const means = [
  [-2, -2],
  [2, 2],
  [-2, 2],
  [2, -2],
] as const;

/** Sentences that are drawn side by side, so that every parameter is fetched once for all of them. */
export const abreast = 8;

function uniform(random: Generator, n: number, bound: number): Float64Array {
  return Float64Array.from({ length: n }, () => bound * (2 * random.uniform() - 1));
}
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** out[r, b] += sum over c of matrix[r, c] columns[c, b]; matrix is [rows, n], columns [n, 8], out [rows, 8]. */
function addProduct(out: Float64Array, matrix: Float64Array, columns: Float64Array, n: number): void {
  for (let r = 0, at = 0; at < matrix.length; r += abreast) {
    let s0 = out[r]!;
    let s1 = out[r + 1]!;
    let s2 = out[r + 2]!;
    let s3 = out[r + 3]!;
    let s4 = out[r + 4]!;
    let s5 = out[r + 5]!;
    let s6 = out[r + 6]!;
    let s7 = out[r + 7]!;
    for (let c = 0; c < n * abreast; c += abreast) {
      const weight = matrix[at++]!;
      s0 += weight * columns[c]!;
      s1 += weight * columns[c + 1]!;
      s2 += weight * columns[c + 2]!;
      s3 += weight * columns[c + 3]!;
      s4 += weight * columns[c + 4]!;
      s5 += weight * columns[c + 5]!;
      s6 += weight * columns[c + 6]!;
      s7 += weight * columns[c + 7]!;
    }
    out[r] = s0;
    out[r + 1] = s1;
    out[r + 2] = s2;
    out[r + 3] = s3;
    out[r + 4] = s4;
    out[r + 5] = s5;
    out[r + 6] = s6;
    out[r + 7] = s7;
  }
}

export interface SyntheticSentence {
  /** Indexes of words, `length` of them. */
  readonly words: readonly number[];
  readonly z: readonly [number, number];
  /** -log p(sentence | z), nats, the uniform first word included. */
  readonly nll: number;
}

interface Draft {
  readonly random: Generator;
  readonly z: [number, number];
  readonly words: number[];
  nll: number;
}

export class SyntheticModel {
  /** Input part of the gates for every word, [V, 4H]: embedding and bias are fixed, so the product is too. */
  private readonly byWord = new Float64Array(V * 4 * H);
  private readonly byCode: Float64Array;
  private readonly recurrent: Float64Array;
  private readonly cellFromCode: Float64Array;
  private readonly logitsFromState: Float64Array;
  private readonly logitsFromCode: Float64Array;
  private readonly seed: number;

  constructor(seed: number) {
    this.seed = seed;
    const random = philox(seed, 'synthetic parameters');
    const embedding = uniform(random, V * E, 1);
    const input = uniform(random, 4 * H * E, 1);
    this.byCode = uniform(random, 4 * H * Z, 1);
    this.recurrent = uniform(random, 4 * H * H, 1);
    const bias = uniform(random, 4 * H, 1);
    this.cellFromCode = uniform(random, H * Z, 1);
    this.logitsFromState = uniform(random, V * H, 1);
    this.logitsFromCode = uniform(random, V * Z, 5);
    for (let word = 0; word < V; word++)
      for (let g = 0; g < 4 * H; g++) {
        let sum = bias[g]!;
        for (let e = 0; e < E; e++) sum += input[g * E + e]! * embedding[word * E + e]!;
        this.byWord[word * 4 * H + g] = sum;
      }
  }

  /** Sentences number `first` to `first` + 7: each has random numbers of its own, whatever else was drawn. */
  draw(first: number): SyntheticSentence[] {
    const drafts = Array.from({ length: abreast }, (_, b) => this.begin(first + b));
    const z = transposed(drafts.map((draft) => draft.z));
    const fromCode = new Float64Array(4 * H * abreast);
    addProduct(fromCode, this.byCode, z, Z);
    const codeLogits = new Float64Array(V * abreast);
    addProduct(codeLogits, this.logitsFromCode, z, Z);
    const c = new Float64Array(H * abreast);
    addProduct(c, this.cellFromCode, z, Z);
    const h = c.map(Math.tanh);
    const gates = new Float64Array(4 * H * abreast);
    const logits = new Float64Array(V * abreast);
    for (let t = 1; t < L; t++) {
      this.gatesFromWords(gates, drafts, fromCode);
      addProduct(gates, this.recurrent, h, H);
      step(gates, c, h);
      logits.set(codeLogits);
      addProduct(logits, this.logitsFromState, h, H);
      for (const [b, draft] of drafts.entries()) append(draft, logits, b);
    }
    return drafts.map(({ words, z: code, nll }) => ({ words, z: code, nll }));
  }

  private begin(index: number): Draft {
    const random = philox(this.seed, 'synthetic sentences', index * wordsPerSentence);
    const mean = means[random.integer(means.length)]!;
    const z: [number, number] = [mean[0] + random.normal(), mean[1] + random.normal()];
    return { random, z, words: [random.integer(V)], nll: Math.log(V) };
  }

  private gatesFromWords(gates: Float64Array, drafts: readonly Draft[], fromCode: Float64Array): void {
    gates.set(fromCode);
    for (const [b, { words }] of drafts.entries()) {
      const at = words.at(-1)! * 4 * H;
      for (let g = 0; g < 4 * H; g++) gates[g * abreast + b]! += this.byWord[at + g]!;
    }
  }
}

/** Random words that a sentence may use: more than it ever needs (4 normals, 11 others, rejected draws). */
const wordsPerSentence = 128;

function transposed(rows: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from({ length: Z * abreast }, (_, i) => rows[i % abreast]![Math.floor(i / abreast)]!);
}

/** One step of the LSTM, in place; gate order i, f, g, o. */
function step(gates: Float64Array, c: Float64Array, h: Float64Array): void {
  const block = H * abreast;
  for (let i = 0; i < block; i++) {
    c[i] = sigmoid(gates[block + i]!) * c[i]! + sigmoid(gates[i]!) * Math.tanh(gates[2 * block + i]!);
    h[i] = sigmoid(gates[3 * block + i]!) * Math.tanh(c[i]!);
  }
}

const weights = new Float64Array(V);

/** Draws the next word from softmax(column b of logits) by its cumulative sum. */
function append(draft: Draft, logits: Float64Array, b: number): void {
  let most = -Infinity;
  for (let v = 0; v < V; v++) most = Math.max(most, logits[v * abreast + b]!);
  let total = 0;
  for (let v = 0; v < V; v++) {
    weights[v] = Math.exp(logits[v * abreast + b]! - most);
    total += weights[v]!;
  }
  let left = draft.random.uniform() * total;
  let word = 0;
  while (word < V - 1 && left >= weights[word]!) left -= weights[word++]!;
  draft.words.push(word);
  draft.nll -= Math.log(weights[word]! / total);
}
