import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encodeHeader } from '../tensor/safetensors.ts';
import { tensorShapes } from './bert.ts';

/** A BERT folder small enough to compute by hand: 2 layers, 2 heads, width 8. */
export const tinyConfig = {
  ...{ model_type: 'bert', vocab_size: 14, hidden_size: 8, num_hidden_layers: 2, num_attention_heads: 2 },
  ...{ intermediate_size: 12, hidden_act: 'gelu', max_position_embeddings: 10, type_vocab_size: 2 },
  // Large enough to show in the numbers.
  ...{ layer_norm_eps: 0.01, position_embedding_type: 'absolute', is_decoder: false },
};
export const tinyPieces = [
  ...[
    '[PAD]',
    '[UNK]',
    '[CLS]',
    '[SEP]',
    '[MASK]',
    'the',
    'cat',
    'sat',
    '##s',
    '##ting',
    '.',
    'un',
    '##known',
  ],
  'a',
];

export type Weights = Map<string, { shape: readonly number[]; data: Float32Array }>;

/** Numbers between -1 and 1 that look like noise and are the same everywhere. */
export function tinyWeights(): Weights {
  let state = 7;
  const next = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 1073741823.5 - 1;
  };
  return new Map(
    [...tensorShapes(tinyConfig)].map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, { shape, data: Float32Array.from({ length: size }, next) }];
    }),
  );
}

export interface TinyFolder {
  config?: object;
  pieces?: readonly string[];
  weights?: Weights;
  /** Other files by name; null leaves one out. */
  files?: Readonly<Record<string, string | null>>;
}

export function writeTinyEncoder(folder: string, tiny: TinyFolder = {}): string {
  const { config = tinyConfig, pieces = tinyPieces, weights = tinyWeights(), files = {} } = tiny;
  const texts: Record<string, string | Buffer | null> = {
    'config.json': JSON.stringify(config),
    'vocab.txt': `${pieces.join('\n')}\n`,
    'model.safetensors': Buffer.concat([
      encodeHeader(weights, { format: 'pt' }),
      ...[...weights.values()].map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
    ]),
    ...files,
  };
  for (const [name, text] of Object.entries(texts)) {
    if (text === null) continue;
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

/** erf by its power series, exact to double precision for the arguments of a test. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** The forward pass of Devlin et al. 2019 in double precision, number by number, for one sentence without padding. */
export function referenceVector(ids: readonly number[], weights: Weights, config = tinyConfig): number[] {
  const { hidden_size: width, num_attention_heads: heads, layer_norm_eps: epsilon } = config;
  const get = (name: string) => weights.get(name)!;
  const row = (name: string, i: number) => [...get(name).data.subarray(i * width, (i + 1) * width)];
  const linear = (x: readonly number[], name: string): number[] => {
    const { shape, data } = get(`${name}.weight`);
    return Array.from({ length: shape[0]! }, (_, out) =>
      x.reduce((sum, value, i) => sum + value * data[out * shape[1]! + i]!, get(`${name}.bias`).data[out]!),
    );
  };
  const normed = (x: readonly number[], name: string): number[] => {
    const mean = x.reduce((a, b) => a + b) / x.length;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
    const { data } = get(`${name}.weight`);
    return x.map(
      (value, i) =>
        ((value - mean) / Math.sqrt(variance + epsilon)) * data[i]! + get(`${name}.bias`).data[i]!,
    );
  };
  const plus = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value + b[i]!);

  let states = ids.map((id, t) =>
    normed(
      plus(
        plus(row('embeddings.word_embeddings.weight', id), row('embeddings.position_embeddings.weight', t)),
        row('embeddings.token_type_embeddings.weight', 0),
      ),
      'embeddings.LayerNorm',
    ),
  );
  const size = width / heads;
  for (let l = 0; l < config.num_hidden_layers; l++) {
    const layer = `encoder.layer.${l}`;
    const [queries, keys, values] = ['query', 'key', 'value'].map((part) =>
      states.map((x) => linear(x, `${layer}.attention.self.${part}`)),
    );
    const mixed = queries!.map((query) => {
      const out: number[] = [];
      for (let h = 0; h < heads; h++) {
        const dims = Array.from({ length: size }, (_, i) => h * size + i);
        const scores = keys!.map(
          (key) => dims.reduce((sum, i) => sum + query[i]! * key[i]!, 0) / Math.sqrt(size),
        );
        const most = Math.max(...scores);
        const parts = scores.map((score) => Math.exp(score - most));
        const total = parts.reduce((a, b) => a + b);
        for (const i of dims) out.push(parts.reduce((sum, p, t) => sum + (p / total) * values![t]![i]!, 0));
      }
      return out;
    });
    states = states.map((x, t) => {
      const attended = linear(mixed[t]!, `${layer}.attention.output.dense`);
      const middle = normed(plus(x, attended), `${layer}.attention.output.LayerNorm`);
      const inner = linear(middle, `${layer}.intermediate.dense`).map(
        (v) => v * 0.5 * (1 + erf(v / Math.SQRT2)),
      );
      return normed(plus(middle, linear(inner, `${layer}.output.dense`)), `${layer}.output.LayerNorm`);
    });
  }
  return Array.from({ length: width }, (_, i) => states.reduce((sum, x) => sum + x[i]!, 0) / states.length);
}
