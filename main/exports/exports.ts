import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zip, strToU8, type AsyncZippable } from 'fflate';
import { dataSetFiles } from '../../contract/datasets.ts';
import { seriesName, type Run } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import { runFiles } from '../../contract/worker.ts';
import type { DataSetsRoom } from '../datasets/datasets.ts';
import type { HandOver } from '../hand-over.ts';
import type { Home } from '../home/home.ts';
import type { RunsRoom } from '../runs/runs.ts';
import type { SamplesRoom } from '../samples/samples.ts';
import { csv } from './csv.ts';
import { modelCard } from './model-card.ts';
import { tableEndings, tableText, type ExportTable, type TableFormat } from './table.ts';

export interface ExportsOptions {
  home: Home;
  handOver: HandOver;
  runs: RunsRoom;
  dataSets: DataSetsRoom;
  samples: SamplesRoom;
  version: string;
}

export interface Ticket {
  exportId: string;
  name: string;
  /** Where the file lies until it is handed over. */
  path: string;
}

/** Files that leave the workbench. Each is written whole before its ticket is given out. */
export function exportsRoom({ home, handOver, runs, dataSets, samples, version }: ExportsOptions) {
  async function write(name: string, content: string | Uint8Array): Promise<Ticket> {
    const ticket = await handOver.offer(name);
    await writeFile(ticket.path, content, { mode: 0o600 });
    return ticket;
  }

  return {
    /** Throws `exports.nothing` for a table without a row. */
    async table(table: ExportTable, format: TableFormat): Promise<Ticket> {
      if (table.rows.length === 0) throw new AppError('exports.nothing', { what: 'the table has no rows' });
      return write(fileName(table.title) + tableEndings[format], tableText(table, format));
    },
    combination: ({ name, content }: { name: string; content: string }): Promise<Ticket> =>
      write(`${fileName(name)}.json`, content),
    async samples(setId: string, format: 'txt' | 'csv' | 'jsonl'): Promise<Ticket> {
      const set = samples.set(setId);
      const rows = await samples.rows(setId);
      const name = `${fileName(`${runs.get(set.runId).name} samples`)}.${format}`;
      switch (format) {
        case 'txt':
          return write(name, rows.map(({ text }) => `${text}\n`).join(''));
        case 'jsonl': {
          const about = { set, fpplOfSentences: 'perplexity under the evaluator of the data set' };
          return write(name, [about, ...rows].map((row) => `${JSON.stringify(row)}\n`).join(''));
        }
        case 'csv':
          return write(
            name,
            csv([
              ['index', 'text', 'words', 'fppl', 'copies', 'copied from training', 'source'],
              ...rows.map((r) => [
                r.index,
                r.text,
                r.words,
                r.fppl,
                r.copies,
                r.copiedFromTraining,
                r.source ?? null,
              ]),
            ]),
          );
      }
    },
    /** Weights, vocabulary, settings and a card in words. Throws `runs.no-model` before the first save. */
    async model(runId: string): Promise<Ticket> {
      const run = runs.get(runId);
      if (!runs.folder(runId).has('best')) throw new AppError('runs.no-model', { name: run.name });
      const data = dataSets.get(run.dataSetId);
      const files = {
        'model.safetensors': await readFile(path.join(home.run(runId), runFiles.best)),
        'vocabulary.txt': await readFile(path.join(home.dataSet(data.id), dataSetFiles.vocabulary)),
        'settings.json': strToU8(`${JSON.stringify(settingsOf(run, data.name, version), null, 2)}\n`),
        'README.md': strToU8(modelCard(run, data, version)),
      };
      return write(`${fileName(run.name)}.zip`, await zipped(files));
    },
    /** One row a point and run. Throws `exports.nothing` while there is no point. */
    async series(runIds: readonly string[]): Promise<Ticket> {
      const names = seriesName.options;
      const rows = runIds.flatMap((id) => {
        const { name } = runs.get(id);
        return runs
          .series(id)
          .map(({ step, epoch, values }) => [
            name,
            id,
            step,
            epoch,
            ...names.map((series) => values[series] ?? null),
          ]);
      });
      if (rows.length === 0) throw new AppError('exports.nothing', { what: 'no curve has begun' });
      return write('curves.csv', csv([['run', 'run id', 'step', 'epoch', ...names], ...rows]));
    },
  };
}
export type ExportsRoom = ReturnType<typeof exportsRoom>;

/** A title as the name of a file. */
const fileName = (title: string) =>
  title
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80)
    .toLowerCase() || 'export';

function settingsOf({ methodId, options, seed, size, step, results }: Run, dataSet: string, version: string) {
  return { workbench: version, method: methodId, size, options, seed, dataSet, updates: step, results };
}

function zipped(files: AsyncZippable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // Weights are noise to a compressor.
    zip(files, { level: 1 }, (error, data) => (error ? reject(error) : resolve(data)));
  });
}
