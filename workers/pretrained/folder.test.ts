import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../contract/errors.ts';
import { inspectEncoder } from './encoder.ts';
import { tinyConfig, tinyPieces, tinyWeights, writeTinyEncoder, type TinyFolder } from './testing.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'encoder '))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a folder in the usual layout says what it is', async () => {
  const said = await inspectEncoder(writeTinyEncoder(folder));
  expect(said).toMatchObject({ longest: 10, normalise: false, config: { hidden_size: 8 } });
  expect(said.tensors.size).toBe(5 + 2 * 16);
  const shorter = { 'sentence_bert_config.json': '{"max_seq_length": 6, "do_lower_case": false}' };
  expect((await inspectEncoder(writeTinyEncoder(folder, { files: shorter }))).longest).toBe(6);
});

test('tensors are found under the prefix that a model with a head writes', async () => {
  const weights = new Map([...tinyWeights()].map(([name, value]) => [`bert.${name}`, value]));
  expect((await inspectEncoder(writeTinyEncoder(folder, { weights }))).tensors.size).toBe(37);
});

test('a cased vocabulary keeps letters as they are', async () => {
  const files = { 'tokenizer_config.json': '{"do_lower_case": false}' };
  const { pieces } = await inspectEncoder(writeTinyEncoder(folder, { files }));
  expect(pieces.ids('the THE', 9)).toEqual([2, 5, 1, 3]);
});

const without = (name: string): TinyFolder['weights'] => {
  const weights = tinyWeights();
  weights.delete(name);
  return weights;
};
const misshapen = () =>
  tinyWeights().set('embeddings.LayerNorm.bias', { shape: [4], data: new Float32Array(4) });
const steps = (...types: string[]) => ({
  'modules.json': JSON.stringify(types.map((type, i) => ({ idx: i, path: `${i}`, type: `models.${type}` }))),
});
const pooling = (config: object) => ({
  ...steps('Transformer', 'Pooling'),
  '1/config.json': JSON.stringify(config),
});

const refusals: [what: string, tiny: TinyFolder, code: ErrorCode, facts: object][] = [
  ['no configuration', { files: { 'config.json': null } }, 'encoders.file-missing', { file: 'config.json' }],
  ['no vocabulary', { files: { 'vocab.txt': null } }, 'encoders.file-missing', { file: 'vocab.txt' }],
  [
    'no weights',
    { files: { 'model.safetensors': null } },
    'encoders.file-missing',
    { file: 'model.safetensors' },
  ],
  [
    'a configuration that is not JSON',
    { files: { 'config.json': '{' } },
    'encoders.format',
    { file: 'config.json' },
  ],
  [
    'a configuration without a width',
    { config: { ...tinyConfig, hidden_size: undefined } },
    'encoders.format',
    { reason: expect.stringContaining('hidden_size') as string },
  ],
  [
    'another architecture',
    { config: { ...tinyConfig, model_type: 'mpnet' } },
    'encoders.architecture',
    {
      reason: 'its model_type is «mpnet»',
    },
  ],
  ['another activation', { config: { ...tinyConfig, hidden_act: 'gelu_new' } }, 'encoders.architecture', {}],
  [
    'relative positions',
    { config: { ...tinyConfig, position_embedding_type: 'relative_key' } },
    'encoders.architecture',
    {},
  ],
  ['a decoder', { config: { ...tinyConfig, is_decoder: true } }, 'encoders.architecture', {}],
  [
    'heads that do not divide',
    { config: { ...tinyConfig, num_attention_heads: 3 } },
    'encoders.architecture',
    {},
  ],
  [
    'pooling of the first token',
    { files: pooling({ pooling_mode_cls_token: true }) },
    'encoders.architecture',
    {},
  ],
  [
    'two poolings',
    { files: pooling({ pooling_mode_mean_tokens: true, pooling_mode_max_tokens: true }) },
    'encoders.architecture',
    {},
  ],
  [
    'a further layer',
    { files: steps('Transformer', 'Dense') },
    'encoders.architecture',
    {
      reason: 'modules.json asks for a step «Dense»',
    },
  ],
  [
    'a vocabulary of another size',
    { pieces: [...tinyPieces, 'dog'] },
    'encoders.vocabulary',
    {
      reason: 'it holds 15 pieces and config.json says 14',
    },
  ],
  [
    'a missing tensor',
    { weights: without('encoder.layer.1.attention.self.key.bias') },
    'encoders.tensor',
    { tensor: 'encoder.layer.1.attention.self.key.bias', found: 'missing', wanted: '[8]' },
  ],
  ['a tensor of another shape', { weights: misshapen() }, 'encoders.tensor', { found: '[4]', wanted: '[8]' }],
  [
    'weights that are none',
    { files: { 'model.safetensors': 'not at all safetensors' } },
    'encoders.format',
    {},
  ],
];

describe('is refused with its reason', () => {
  test.each(refusals)('%s', async (_, tiny, code, facts) => {
    await expect(inspectEncoder(writeTinyEncoder(folder, tiny))).rejects.toMatchObject({ code, facts });
  });

  test('weights that are cut off', async () => {
    writeTinyEncoder(folder);
    const file = path.join(folder, 'model.safetensors');
    truncateSync(file, statSync(file).size - 4);
    const found = inspectEncoder(folder);
    await expect(found).rejects.toMatchObject({
      code: 'encoders.format',
      facts: { reason: 'it is cut off' },
    });
  });

  test('weights in numbers that are not real', async () => {
    writeTinyEncoder(folder);
    const header = JSON.stringify({
      ...{ whole: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } },
    });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    writeFileSync(
      path.join(folder, 'x.safetensors'),
      Buffer.concat([length, Buffer.from(header), Buffer.alloc(8)]),
    );
    const { tensorFile } = await import('./tensor-file.ts');
    const entry = (await tensorFile(path.join(folder, 'x.safetensors'))).get('whole')!;
    await expect(entry.read()).rejects.toMatchObject({ facts: { reason: 'whole is of type I64' } });
  });
});
