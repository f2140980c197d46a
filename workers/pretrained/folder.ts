import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { modelCardFile } from '../../contract/encoders.ts';
import { AppError } from '../../contract/errors.ts';
import { wordPiece, type WordPiece } from './word-piece.ts';

/** What `config.json` of a BERT encoder says; the defaults are those of the library that writes it. */
const bertConfig = z.object({
  model_type: z.string(),
  vocab_size: z.number().int().positive(),
  hidden_size: z.number().int().positive(),
  num_hidden_layers: z.number().int().positive(),
  num_attention_heads: z.number().int().positive(),
  intermediate_size: z.number().int().positive(),
  hidden_act: z.string().default('gelu'),
  max_position_embeddings: z.number().int().positive(),
  type_vocab_size: z.number().int().positive().default(2),
  layer_norm_eps: z.number().nonnegative().default(1e-12),
  position_embedding_type: z.string().default('absolute'),
  is_decoder: z.boolean().default(false),
});
export type BertConfig = z.infer<typeof bertConfig>;

const modulesConfig = z.array(z.object({ path: z.string(), type: z.string() }));
const poolingConfig = z
  .object({ pooling_mode_mean_tokens: z.boolean().default(false) })
  .catchall(z.unknown());
const tokenizerConfig = z.object({
  do_lower_case: z.boolean().default(true),
  strip_accents: z.boolean().nullable().default(null),
  tokenize_chinese_chars: z.boolean().default(true),
});
const sentenceConfig = z.object({
  max_seq_length: z.number().int().min(3).nullish(),
  do_lower_case: z.boolean().default(false),
});

/** What an encoder folder says about itself, weights apart. */
export interface EncoderFolder {
  readonly config: BertConfig;
  readonly pieces: WordPiece;
  /** Most pieces of a sentence, `[CLS]` and `[SEP]` counted; what is beyond is cut off. */
  readonly longest: number;
  /** Whether vectors are scaled to length 1. */
  readonly normalise: boolean;
}

/**
 * Reads the usual layout of a sentence encoder: `config.json`, `vocab.txt`, and where they are there `modules.json`
 * with the pooling's settings, `tokenizer_config.json` and `sentence_bert_config.json`.
 * @throws AppError `encoders.file-missing`, `encoders.format`, `encoders.architecture`, `encoders.vocabulary`
 */
export async function readEncoderFolder(folder: string): Promise<EncoderFolder> {
  const config = await readJson(folder, 'config.json', bertConfig);
  supported(config);
  const { longest, lowerFirst } = await lengthOf(folder, config);
  const normalise = await poolingOf(folder);
  const tokenizer = await readJson(folder, 'tokenizer_config.json', tokenizerConfig, {});
  const lines = (await read(folder, 'vocab.txt')).replace(/\r?\n$/, '').split(/\r?\n/);
  if (lines.length !== config.vocab_size)
    throw new AppError('encoders.vocabulary', {
      file: 'vocab.txt',
      reason: `it holds ${lines.length} pieces and config.json says ${config.vocab_size}`,
    });
  const lowerCase = tokenizer.do_lower_case || lowerFirst;
  const options = {
    lowerCase,
    stripAccents: tokenizer.strip_accents ?? tokenizer.do_lower_case,
    chineseCharacters: tokenizer.tokenize_chinese_chars,
  };
  return { config, pieces: wordPiece(lines, options, 'vocab.txt'), longest, normalise };
}

const refused = (reason: string): AppError => new AppError('encoders.architecture', { reason });

function supported(config: BertConfig): void {
  const { model_type, hidden_act, hidden_size, num_attention_heads, position_embedding_type } = config;
  if (model_type !== 'bert') throw refused(`its model_type is «${model_type}»`);
  if (config.is_decoder) throw refused('it is a decoder');
  if (hidden_act !== 'gelu') throw refused(`its hidden_act is «${hidden_act}», not gelu`);
  if (position_embedding_type !== 'absolute')
    throw refused(`its position_embedding_type is «${position_embedding_type}», not absolute`);
  if (hidden_size % num_attention_heads !== 0)
    throw refused(`${num_attention_heads} attention heads do not divide a width of ${hidden_size}`);
}

async function lengthOf(folder: string, config: BertConfig) {
  const said = await readJson(folder, 'sentence_bert_config.json', sentenceConfig, {});
  const longest = Math.min(said.max_seq_length ?? Infinity, config.max_position_embeddings);
  return { longest, lowerFirst: said.do_lower_case };
}

/** Whether vectors are scaled to length 1. A folder without `modules.json` means tokens averaged and nothing more. */
async function poolingOf(folder: string): Promise<boolean> {
  const modules = await readJson(folder, 'modules.json', modulesConfig, []);
  let normalise = false;
  for (const { path: place, type } of modules) {
    const kind = type.split('.').at(-1)!;
    if (kind === 'Normalize') normalise = true;
    else if (kind === 'Pooling') await meanPooling(folder, place);
    else if (kind !== 'Transformer') throw refused(`modules.json asks for a step «${kind}»`);
  }
  return normalise;
}

/** What the model card says of the licence (the `license` line of its head), or null. */
export async function licenceOf(folder: string): Promise<string | null> {
  const card = await readFile(path.join(folder, modelCardFile), 'utf8').catch(() => '');
  const head = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1] ?? '';
  const said = /^license:[ \t]*["']?([^"'\r\n]+)/m.exec(head)?.[1]?.trim();
  return said === undefined || said === '' ? null : said.slice(0, 200);
}

/** Settings of the pooling, relative to the folder. */
export async function poolingFiles(folder: string): Promise<string[]> {
  const modules = await readJson(folder, 'modules.json', modulesConfig, []);
  const poolings = modules.filter(({ type }) => type.endsWith('.Pooling'));
  return poolings.map(({ path: place }) => path.posix.join(place, 'config.json'));
}

async function meanPooling(folder: string, place: string): Promise<void> {
  if (path.isAbsolute(place) || place.split(/[/\\]/).includes('..'))
    throw refused(`modules.json names the folder «${place}»`);
  const file = path.posix.join(place, 'config.json');
  const pooling = await readJson(folder, file, poolingConfig);
  const others = Object.entries(pooling).filter(
    ([key, value]) => key.startsWith('pooling_mode_') && key !== 'pooling_mode_mean_tokens' && value === true,
  );
  if (!pooling.pooling_mode_mean_tokens || others.length > 0)
    throw refused(`${file} asks for another pooling than the mean over tokens`);
}

async function read(folder: string, file: string): Promise<string> {
  try {
    return await readFile(path.join(folder, file), 'utf8');
  } catch {
    throw new AppError('encoders.file-missing', { folder, file });
  }
}

async function readJson<T>(folder: string, file: string, schema: z.ZodType<T>, absent?: unknown): Promise<T> {
  let text: string | undefined;
  try {
    text = await read(folder, file);
  } catch (error) {
    if (absent === undefined) throw error;
  }
  let value: unknown = absent;
  try {
    if (text !== undefined) value = JSON.parse(text);
  } catch {
    throw new AppError('encoders.format', { file, reason: 'it is not JSON' });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const reason = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as expected'}`;
  throw new AppError('encoders.format', { file, reason });
}
