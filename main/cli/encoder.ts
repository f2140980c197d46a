import path from 'node:path';
import { parseArgs } from 'node:util';
import type { EncoderEvent, RepresentationsEvent } from '../../contract/encoders.ts';
import { vectorsOfRun } from '../../contract/vectors-id.ts';
import type { EncoderSource } from '../../contract/rpc.ts';
import { columns } from './columns.ts';
import { findRun } from './command.ts';
import { takesNothing, UsageError, type Command, type Terminal } from './command.ts';

export const encoderCommand: Command = {
  name: 'encoder',
  usage: [
    'encoder import FOLDER [--title T]',
    'encoder import --minilm',
    'encoder import VECTORS --sentences TEXT [--title T]',
    'encoder list',
    'encoder vectors DATASET --encoder ID|TITLE',
    'encoder vectors DATASET --run RUN',
    'encoder remove ID|TITLE',
  ],
  about:
    'Brings sentence encoders (BERT folders, .npy or .safetensors vectors) and computes vectors with them.',
  async run([what, ...args], terminal) {
    if (what === 'import') return bring(args, terminal);
    if (what === 'list') return list(args, terminal);
    if (what === 'vectors') return vectors(args, terminal);
    if (what === 'remove') return remove(args, terminal);
    throw new UsageError('encoder wants import, list, vectors or remove.');
  },
};

async function bring(args: string[], terminal: Terminal): Promise<void> {
  const from = sourceOf(args);
  const { encoders } = await terminal.rooms();
  const encoder = await encoders.import(from, progress(terminal), terminal.signal);
  terminal.print(
    terminal.json
      ? JSON.stringify(encoder)
      : `«${encoder.title}» (${encoder.id}): vectors of ${encoder.width} numbers`,
  );
}

function sourceOf(args: string[]): EncoderSource {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      minilm: { type: 'boolean', default: false },
      sentences: { type: 'string' },
      title: { type: 'string' },
    },
  });
  const [file, ...others] = positionals.map((given) => path.resolve(given));
  if (values.minilm && file === undefined && values.sentences === undefined) return { kind: 'minilm' };
  if (values.minilm || file === undefined || others.length > 0)
    throw new UsageError('encoder import wants a folder, a file of vectors, or --minilm.');
  const title = values.title === undefined ? {} : { title: values.title };
  if (values.sentences === undefined) return { kind: 'folder', path: file, ...title };
  const sentences = { kind: 'path', path: path.resolve(values.sentences) } as const;
  return { kind: 'vectors', vectors: { kind: 'path', path: file }, sentences, ...title };
}

async function list(args: string[], terminal: Terminal): Promise<void> {
  takesNothing(args);
  const all = await (await terminal.rooms()).encoders.list();
  const rows = all.map(({ title, kind, width, layers, sentences, bytes, licence, id }) => [
    ...[title, kind, width, layers, sentences, `${(bytes / 1e6).toFixed(1)} MB`, licence, id],
  ]);
  const heads = ['title', 'kind', 'dimensions', 'layers', 'sentences', 'size', 'licence', 'id'];
  terminal.print(terminal.json ? JSON.stringify(all) : columns(heads, rows));
}

async function vectors(args: string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { encoder: { type: 'string' }, run: { type: 'string' } },
  });
  const [data, ...others] = positionals;
  const named = [values.encoder, values.run].filter((each) => each !== undefined);
  if (data === undefined || others.length > 0 || named.length !== 1)
    throw new UsageError('encoder vectors wants one data set, and --encoder or --run.');
  const rooms = await terminal.rooms();
  const { dataSets, encoders } = rooms;
  const set = dataSets.find(data);
  const encoderId = values.encoder ?? vectorsOfRun(findRun(rooms, values.run!).id);
  const request = { dataSetId: set.id, encoderId };
  const made = await encoders.represent(request, progress(terminal), terminal.signal);
  const { train, validation, test } = made.sentences;
  terminal.print(
    terminal.json
      ? JSON.stringify(made)
      : `«${set.name}»: vectors of ${made.width} numbers for ${train} training, ${validation} validation and ${test} test sentences`,
  );
}

async function remove(args: string[], terminal: Terminal): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [encoder, ...others] = positionals;
  if (encoder === undefined || others.length > 0) throw new UsageError('encoder remove wants one encoder.');
  await (await terminal.rooms()).encoders.remove(encoder);
  terminal.print(terminal.json ? '{}' : `«${encoder}» is removed`);
}

/** A line whenever the stage changes, and one a second within it. */
function progress(terminal: Terminal): (event: EncoderEvent | RepresentationsEvent) => void {
  let [stage, told] = ['', 0];
  return (event) => {
    if (event.kind !== 'progress' || (event.stage === stage && Date.now() - told < 1000)) return;
    [stage, told] = [event.stage, Date.now()];
    terminal.tell(`${stage}: ${Math.round(100 * event.share)} %`);
  };
}
