import path from 'node:path';
import { parseArgs } from 'node:util';
import { importSettings, type DataSet } from '../../contract/entities.ts';
import type { ImportRequest } from '../datasets/datasets.ts';
import { UsageError, wholeNumberOf, type Command, type Terminal } from './command.ts';

export const importCommand: Command = {
  name: 'import',
  usage: [
    'import FILE... [--name N] [--label-column C] [--vocabulary K]',
    'import --sample',
    'import --synthetic [--seed S]',
  ],
  about: 'Makes a data set from text files, from the sample corpus, or by the synthetic recipe.',
  async run(args, terminal) {
    const request = requestOf(args);
    const { dataSets } = await terminal.rooms();
    let told = 0;
    const set = await dataSets.import(
      request,
      (event) => {
        if (event.kind !== 'progress' || Date.now() - told < 1000) return;
        told = Date.now();
        terminal.tell(`${event.stage}: ${Math.round(100 * event.share)} %`);
      },
      terminal.signal,
    );
    if (terminal.json) terminal.print(JSON.stringify(set));
    else describe(set, terminal);
  },
};

function requestOf(args: string[]): ImportRequest {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      'label-column': { type: 'string', multiple: true },
      vocabulary: { type: 'string' },
      sample: { type: 'boolean' },
      synthetic: { type: 'boolean' },
      seed: { type: 'string' },
    },
  });
  const ways = [positionals.length > 0, values.sample, values.synthetic].filter(Boolean).length;
  if (ways !== 1) throw new UsageError('Name files to import, or --sample, or --synthetic.');
  if (values.sample) return { kind: 'sample' };
  if (values.synthetic) return { kind: 'synthetic', seed: wholeNumberOf('seed', values.seed, 0) ?? 1 };
  const columns = values['label-column'];
  const settings = importSettings.safeParse({
    name: values.name ?? nameOf(positionals),
    ...(columns ? { columns: Object.fromEntries(columns.map((column) => [column, 'label'])) } : {}),
    ...(values.vocabulary === undefined
      ? {}
      : { vocabulary: wholeNumberOf('vocabulary', values.vocabulary, 10) }),
  });
  if (!settings.success)
    throw new UsageError(settings.error.issues[0]?.message ?? 'These settings do not fit.');
  const sources = positionals.map((file) => ({ kind: 'path', path: path.resolve(file) }) as const);
  return { kind: 'import', sources, settings: settings.data };
}

/** A data set is called like its file, or, when it has a file for each split, like their folder. */
function nameOf([first = '', ...others]: readonly string[]): string {
  if (others.length > 0) return path.basename(path.dirname(path.resolve(first)));
  return path.basename(first).replace(/(\.(txt|csv|tsv|jsonl|json|gz))+$/i, '');
}

function describe(set: DataSet, terminal: Terminal): void {
  const { train, validation, test, evaluator } = set.sentences;
  terminal.print(`«${set.name}» (${set.id})`);
  terminal.print(
    `  sentences: ${train} training, ${validation} validation, ${test} test, ${evaluator} evaluator`,
  );
  terminal.print(
    `  vocabulary: ${set.vocabulary} words, covering ${(100 * set.coverage).toFixed(1)} % of the text`,
  );
  if (set.duplicates > 0) terminal.print(`  repeated sentences left out: ${set.duplicates}`);
  if (set.leftOut > 0) terminal.print(`  lines left out: ${set.leftOut}`);
  for (const bad of set.badLines.slice(0, 10))
    terminal.print(`    ${bad.file}, line ${bad.line}: ${bad.reason}`);
  for (const label of set.labels)
    terminal.print(
      `  label ${label.name}: ${label.values
        .map(({ value, count }) => `${value} (${count})`)
        .slice(0, 12)
        .join(', ')}`,
    );
}
