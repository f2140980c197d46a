import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'the', 'cat', 'sat', 'dog', 'ran', 'fish', '.'];

/** Writes a BERT folder of width 4 with one layer, as another program would. Answers the folder. */
export function writeTinyNetwork(folder: string, change: object = {}): string {
  const config = {
    ...{ model_type: 'bert', vocab_size: words.length, hidden_size: 4, num_hidden_layers: 1 },
    ...{ num_attention_heads: 2, intermediate_size: 6, max_position_embeddings: 12, type_vocab_size: 2 },
    ...change,
  };
  const layer = 'encoder.layer.0';
  const shapes: Record<string, number[]> = {
    'embeddings.word_embeddings.weight': [words.length, 4],
    'embeddings.position_embeddings.weight': [12, 4],
    'embeddings.token_type_embeddings.weight': [2, 4],
    [`${layer}.intermediate.dense.weight`]: [6, 4],
    [`${layer}.intermediate.dense.bias`]: [6],
    [`${layer}.output.dense.weight`]: [4, 6],
    [`${layer}.output.dense.bias`]: [4],
  };
  for (const part of ['self.query', 'self.key', 'self.value', 'output.dense']) {
    shapes[`${layer}.attention.${part}.weight`] = [4, 4];
    shapes[`${layer}.attention.${part}.bias`] = [4];
  }
  for (const norm of [
    'embeddings.LayerNorm',
    `${layer}.attention.output.LayerNorm`,
    `${layer}.output.LayerNorm`,
  ])
    for (const part of ['weight', 'bias']) shapes[`${norm}.${part}`] = [4];

  const header: Record<string, object> = {};
  const numbers: number[] = [];
  for (const [name, shape] of Object.entries(shapes)) {
    const size = shape.reduce((a, b) => a * b, 1);
    const from = 4 * numbers.length;
    header[name] = { dtype: 'F32', shape, data_offsets: [from, from + 4 * size] };
    for (let i = 0; i < size; i += 1) numbers.push(Math.sin(numbers.length + 1));
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  writeFileSync(path.join(folder, 'vocab.txt'), `${words.join('\n')}\n`);
  const data = Buffer.from(Float32Array.from(numbers).buffer);
  writeFileSync(path.join(folder, 'model.safetensors'), Buffer.concat([length, json, data]));
  return folder;
}
