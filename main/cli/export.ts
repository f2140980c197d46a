import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '../../contract/errors.ts';
import type { Ticket } from '../exports/exports.ts';
import type { ExportTable } from '../exports/table.ts';
import type { Rooms } from '../rooms.ts';
import { foldedText, foldSeeds, tableMeasures } from '../studies/table.ts';
import { findRun, UsageError, type Command } from './command.ts';

export const exportCommand: Command = {
  name: 'export',
  usage: [
    'export model RUN [--out FILE]',
    'export samples RUN [--set SET] [--format txt|csv|jsonl] [--out FILE]',
    'export series RUN... [--out FILE]',
    'export table STUDY [--format csv|latex|json] [--out FILE]',
  ],
  about: 'Writes a model, samples, curves or a table of results to a file.',
  async run(args, terminal) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { format: { type: 'string' }, out: { type: 'string' }, set: { type: 'string' } },
    });
    const [what, ...names] = positionals;
    const rooms = await terminal.rooms();
    const ticket = await write(rooms, what, names, values.format, values.set);
    const file = path.resolve(values.out ?? ticket.name);
    await copyFile(ticket.path, file);
    terminal.print(terminal.json ? JSON.stringify({ file }) : file);
  },
};

async function write(
  rooms: Rooms,
  what: string | undefined,
  names: readonly string[],
  format: string | undefined,
  setId: string | undefined,
): Promise<Ticket> {
  const [name] = names;
  if (name === undefined) throw new UsageError('Say what to export, and of which run or study.');
  switch (what) {
    case 'model':
      return rooms.exports.model(findRun(rooms, name).id);
    case 'series':
      return rooms.exports.series(names.map((each) => findRun(rooms, each).id));
    case 'samples':
      return rooms.exports.samples(
        setId ?? mainSet(rooms, name),
        oneOf(['txt', 'csv', 'jsonl'], format ?? 'txt'),
      );
    case 'table':
      return rooms.exports.table(studyTable(rooms, name), oneOf(['csv', 'latex', 'json'], format ?? 'csv'));
    default:
      throw new UsageError(`«${what ?? ''}» cannot be exported: model, samples, series or table can.`);
  }
}

function oneOf<const F extends string>(known: readonly F[], format: string): F {
  const found = known.find((each) => each === format);
  if (found === undefined) throw new UsageError(`--format is one of ${known.join(', ')}, not «${format}».`);
  return found;
}

/** Prior samples at temperature 1, the ones the table's FPPL and RPPL are of; else the newest set there is. */
function mainSet(rooms: Rooms, name: string): string {
  const run = findRun(rooms, name);
  const sets = rooms.samples.sets(run.id);
  const usual = sets.find(
    ({ kind, decoding }) => kind === 'prior' && decoding.kind === 'temperature' && decoding.temperature === 1,
  );
  const set = usual ?? sets.at(-1);
  if (!set) throw new AppError('exports.nothing', { what: `«${run.name}» has no samples` });
  return set.id;
}

/** Methods of a study in rows, `mean (sd)` over its seeds in cells. Throws `studies.not-found`. */
function studyTable(rooms: Rooms, name: string): ExportTable {
  const found = rooms.studies.list().find((study) => study.id === name || study.name === name);
  if (!found) throw new AppError('studies.not-found', { id: name });
  const runs = rooms.runs.list().filter((run) => run.studyId === found.id && run.trashedAt === null);
  const data = rooms.dataSets.get(found.dataSetId);
  return {
    title: `${found.name}: test split of ${data.name}, mean (sd) over ${found.seeds} ${found.seeds === 1 ? 'seed' : 'seeds'}`,
    columns: [
      { key: 'method', title: 'Method', numeric: false },
      ...tableMeasures.map((key) => ({ key, title: key.toUpperCase(), numeric: true, ...direction[key] })),
    ],
    rows: foldSeeds(found.methodIds, runs).map((row) => ({
      method: row.method,
      ...Object.fromEntries(tableMeasures.map((key) => [key, row[key] && foldedText(row[key])])),
    })),
  };
}

/** KL, mutual information and active units are neither better high nor low. */
const direction: Partial<Record<(typeof tableMeasures)[number], { lowerIsBetter: true }>> = {
  nll: { lowerIsBetter: true },
  fppl: { lowerIsBetter: true },
  rppl: { lowerIsBetter: true },
};
