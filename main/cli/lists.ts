import type { DataSet, Device, Results, Run } from '../../contract/entities.ts';
import { atMost, nllOf } from '../../contract/nll.ts';
import type { Rooms } from '../rooms.ts';
import { againstEstimate, estimateHeads } from './against-estimate.ts';
import { columns, type Cell } from './columns.ts';
import { takesNothing, type Command } from './command.ts';

interface Listing<T> {
  readonly name: string;
  readonly about: string;
  read(rooms: Rooms): readonly T[] | Promise<readonly T[]>;
  readonly heads: readonly string[];
  /** A cell for each head. */
  row(item: T): Cell[];
}

/** A command that shows what a room holds: as a table, or whole as a document. */
function listing<T>({ name, about, read, heads, row }: Listing<T>): Command {
  return {
    name,
    usage: [name],
    about,
    async run(args, terminal) {
      takesNothing(args);
      const items = await read(await terminal.rooms());
      terminal.print(terminal.json ? JSON.stringify(items) : columns(heads, items.map(row)));
    },
  };
}

export const dataSetsCommand = listing<DataSet>({
  name: 'datasets',
  about: 'Lists the data sets.',
  read: ({ dataSets }) => dataSets.list(),
  heads: ['name', 'training', 'vocabulary', 'labels', 'runs', 'id'],
  row: ({ name, sentences, vocabulary, labels, runs, id }) => [
    ...[name, sentences.train, vocabulary, labels.map((label) => label.name).join(', '), runs, id],
  ],
});

const number = (value: number | null | undefined) => value?.toFixed(2);

const nll = (results: Results | null) => {
  const known = results && nllOf(results);
  return known && atMost(known.value.toFixed(2), known.bound);
};

export const runsCommand = listing<Run>({
  name: 'runs',
  about: 'Lists the runs, newest first.',
  read: ({ runs }) => runs.list().filter((run) => run.trashedAt === null),
  heads: ['id', 'name', 'status', 'step', 'nll', 'kl', 'fppl', 'rppl', ...estimateHeads],
  row: (run) => {
    const { id, name, status, step, results: r } = run;
    return [
      ...[id.slice(0, 8), name, status, step],
      ...[nll(r), number(r?.kl), number(r?.fppl), number(r?.rppl)],
      ...againstEstimate(run),
    ];
  },
});

const remarks = {
  none: '',
  'no-gpu': 'no graphics card for training was found: a run takes longer',
  'wasm-slow': 'WebAssembly: the native library is not there, and training is many times slower',
  'webgpu-untried': 'WebGPU: not yet tried on real graphics cards; takes only runs given to it (--device)',
  'webgpu-software': 'WebGPU on the processor: for trying out only, hundreds of times slower',
  unavailable: 'the native library that is installed cannot use it',
  missing: 'its driver no longer lists it',
} as const;

const giga = (bytes: number | null) => (bytes === null ? null : `${(bytes / 1e9).toFixed(1)} GB`);

export const devicesCommand = listing<Device>({
  name: 'devices',
  about: 'Lists what can train here.',
  async read({ devices }) {
    await devices.known();
    return devices.list();
  },
  heads: ['id', 'name', 'backend', 'memory', 'used', 'slots', 'for training', 'remark'],
  row: (d) => [
    ...[d.id, d.name, d.backend, giga(d.memoryTotal), giga(d.memoryUsed), d.slots],
    ...[d.enabled ? 'yes' : 'no', remarks[d.remark]],
  ],
});
