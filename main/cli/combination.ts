import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '../../contract/errors.ts';
import { methodById } from '../../contract/methods/index.ts';
import { columns } from './columns.ts';
import { takesNothing, UsageError, type Command, type Terminal } from './command.ts';

export const combinationCommand: Command = {
  name: 'combination',
  usage: [
    'combination list',
    'combination import FILE',
    'combination export NAME|ID [--out FILE]',
    'combination remove NAME|ID',
  ],
  about: 'Lists, brings, writes and removes your own combinations of blocks; the window makes them.',
  async run([what, ...args], terminal) {
    if (what === 'list') return list(args, terminal);
    if (what === 'import') return bring(args, terminal);
    if (what === 'export') return write(args, terminal);
    if (what === 'remove') return remove(args, terminal);
    throw new UsageError('combination wants list, import, export or remove.');
  },
};

async function list(args: string[], terminal: Terminal): Promise<void> {
  takesNothing(args);
  const all = (await terminal.rooms()).combinations.list();
  const rows = all.map(({ name, basis, id }) => [name, methodById(basis).title, id]);
  terminal.print(terminal.json ? JSON.stringify(all) : columns(['name', 'begun with', 'id'], rows));
}

async function bring(args: string[], terminal: Terminal): Promise<void> {
  const file = path.resolve(only(plain(args), 'import wants one file'));
  const text = await readFile(file, 'utf8').catch(() => {
    throw new AppError('import.missing', { file });
  });
  const own = (await terminal.rooms()).combinations.bring(text);
  terminal.print(
    terminal.json ? JSON.stringify(own) : `«${own.name}»: train it with --methods own:${own.id}`,
  );
}

async function write(args: string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { out: { type: 'string' } },
  });
  const name = only(positionals, 'export wants one combination');
  const { combinations } = await terminal.rooms();
  const made = combinations.file(combinations.find(name).id);
  const file = path.resolve(values.out ?? made.name);
  await writeFile(file, made.content);
  terminal.print(terminal.json ? JSON.stringify({ file }) : file);
}

async function remove(args: string[], terminal: Terminal): Promise<void> {
  const name = only(plain(args), 'remove wants one combination');
  const { combinations } = await terminal.rooms();
  const own = combinations.find(name);
  combinations.remove(own.id);
  terminal.print(terminal.json ? '{}' : `«${own.name}» is removed; runs of it stay what they are`);
}

/** The one file or combination that is asked about. */
function only([name, ...others]: string[], wanted: string): string {
  if (name === undefined || others.length > 0) throw new UsageError(`combination ${wanted}.`);
  return name;
}
const plain = (args: string[]) => parseArgs({ args, allowPositionals: true, options: {} }).positionals;
