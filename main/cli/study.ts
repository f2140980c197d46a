import { parseArgs } from 'node:util';
import type { DataSet, Device, Run, Study } from '../../contract/entities.ts';
import { beginningOf } from '../../contract/methods/beginning.ts';
import { undefinedBecause } from '../../contract/methods/defined.ts';
import { isOwn, nameInOwn, ownId, whyUndefinedIn } from '../../contract/methods/own.ts';
import { methodById, methods, sizes, type OptionValue, type Size } from '../../contract/methods/index.ts';
import type { StudyRequest } from '../../contract/rpc.ts';
import type { Rooms } from '../rooms.ts';
import { foldedText, foldSeeds, tableMeasures, type TableRow } from '../studies/table.ts';
import { againstEstimate, duration, estimateHeads } from './against-estimate.ts';
import { columns } from './columns.ts';
import { exitCodes, findRun, UsageError, wholeNumberOf, type Command, type Terminal } from './command.ts';

export const studyCommand: Command = {
  name: 'study',
  usage: [
    'study --data NAME|ID --methods a,b|all [--size quick|standard|thorough] [--seeds K] [--name N]',
    '      [--set METHOD.OPTION=VALUE]... [--device D]',
    '      own:NAME (or own:ID) is a combination of blocks of your own',
  ],
  about: 'Queues methods times seeds, waits, and prints the table with mean (sd) over the seeds.',
  async run(args, terminal) {
    const asked = requestOf(args);
    const rooms = await terminal.rooms();
    // A card may be among those that are still being looked for.
    if (asked.pinnedTo !== null) await rooms.devices.known();
    const data = rooms.dataSets.find(asked.dataSetId);
    const request = ownByName(
      {
        ...asked,
        dataSetId: data.id,
        methodIds: chosenOf(asked.methodIds, data, terminal),
        options: withRunIds(asked.options, rooms),
      },
      rooms,
    );
    const { seconds } = rooms.studies.estimate(request);
    const { study, runs } = rooms.studies.create(request);
    terminal.tell(
      `«${study.name}»: ${runs.length} runs, about ${duration(seconds.low)} to ${duration(seconds.high)}.`,
    );
    const over = await waitFor(rooms, runs, terminal);
    if (!over) {
      terminal.tell(
        'Interrupted: what was running is saved and goes on with the next study, or in the window.',
      );
      terminal.exitWith(exitCodes.interrupted);
    }
    const ended = runs.map(({ id }) => rooms.runs.get(id));
    const table = foldSeeds(study.methodIds, ended);
    if (terminal.json) terminal.print(JSON.stringify({ study, runs: ended, table }));
    else print(study, { table, runs: ended }, terminal);
    if (over && !ended.every((run) => run.results)) terminal.exitWith(exitCodes.runFailed);
  },
};

function requestOf(args: string[]): StudyRequest {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      methods: { type: 'string' },
      size: { type: 'string', default: 'quick' },
      seeds: { type: 'string', default: '1' },
      set: { type: 'string', multiple: true, default: [] },
      device: { type: 'string' },
      name: { type: 'string' },
    },
  });
  const methodIds = (values.methods ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);
  if (values.data === undefined || methodIds.length === 0)
    throw new UsageError('A study needs --data and --methods.');
  if (!isSize(values.size))
    throw new UsageError(`--size is one of ${sizes.join(', ')}, not «${values.size}».`);
  const seeds = wholeNumberOf('seeds', values.seeds, 1) ?? 1;
  if (seeds > 50) throw new UsageError('--seeds goes up to 50.');
  return {
    dataSetId: values.data,
    methodIds,
    size: values.size,
    seeds,
    options: optionsOf(values.set),
    pinnedTo: values.device ?? null,
    ...(values.name === undefined ? {} : { name: values.name }),
  };
}

/** `all` is every method that the data set has labels for; the others are named. */
function chosenOf(ids: readonly string[], { labels, name }: DataSet, terminal: Terminal): string[] {
  if (ids.join() !== 'all') return [...ids];
  const [can, cannot] = [true, false].map((fits) =>
    methods.filter(({ needs }) => needs.labels <= labels.length === fits).map(({ id }) => id),
  ) as [string[], string[]];
  if (cannot.length > 0) terminal.tell(`Left out, because «${name}» lacks labels: ${cannot.join(', ')}.`);
  return can;
}

/** A combination may be named instead of numbered. Throws `combinations.not-found`. */
function ownByName(request: StudyRequest, { combinations }: Rooms): StudyRequest {
  const idOf = (id: string) => (isOwn(id) ? ownId(combinations.find(nameInOwn(id)).id) : id);
  return {
    ...request,
    methodIds: request.methodIds.map(idOf),
    options: Object.fromEntries(Object.entries(request.options).map(([id, options]) => [idOf(id), options])),
  };
}

const isSize = (text: string): text is Size => (sizes as readonly string[]).includes(text);

/** `METHOD.OPTION=VALUE`; whether the method has it and takes it is checked where every study is. */
function optionsOf(given: readonly string[]): StudyRequest['options'] {
  const options: Record<string, Record<string, OptionValue>> = {};
  for (const text of given) {
    const [, id, option, value] = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(text) ?? [];
    if (id === undefined || option === undefined || value === undefined)
      throw new UsageError(`--set wants METHOD.OPTION=VALUE, not «${text}».`);
    const field = isOwn(id) ? undefined : methodById(id).fields[option];
    const number = value.trim() === '' ? NaN : Number(value);
    (options[id] ??= {})[option] =
      field?.kind === 'choice' || field?.kind === 'run' || Number.isNaN(number) ? value : number;
  }
  return options;
}

/** Runs that options name as ids; they may be given by name or by the beginning of an id. */
function withRunIds(options: StudyRequest['options'], rooms: Rooms): StudyRequest['options'] {
  const entries = Object.entries(options).map(([id, values]) => {
    const beginning = isOwn(id) ? null : beginningOf(methodById(id).fields, values);
    if (!beginning) return [id, values] as const;
    return [id, { ...values, [beginning.option]: findRun(rooms, beginning.runId).id }] as const;
  });
  return Object.fromEntries(entries);
}

const endedStatuses: readonly Run['status'][] = ['finished', 'stopped', 'failed', 'crashed', 'paused'];

/** Until the last run has ended; false when the person wants an end first. */
async function waitFor(rooms: Rooms, runs: readonly Run[], terminal: Terminal): Promise<boolean> {
  const open = new Set(runs.map(({ id }) => id));
  const told = new Map<string, { at: number; status: Run['status'] }>();
  let said: ReadonlySet<string> = new Set();
  const feed = rooms.feed.follow();
  terminal.signal.addEventListener('abort', () => void feed.return(), { once: true });
  rooms.queue.open();
  for await (const { event } of feed) {
    if (event.kind === 'devices') {
      for (const text of hindered(rooms, open, event.devices)) if (!said.has(text)) terminal.tell(text);
      said = hindered(rooms, open, event.devices);
    }
    if (event.kind !== 'run' || !open.has(event.run.id)) continue;
    const { run } = event;
    const last = told.get(run.id);
    if (last?.status !== run.status || Date.now() - last.at > 5000) {
      told.set(run.id, { at: Date.now(), status: run.status });
      terminal.tell(progressOf(run));
    }
    if (endedStatuses.includes(run.status)) open.delete(run.id);
    if (open.size === 0) return true;
  }
  return false;
}

/** A word for each run that is bound to a device that is gone. */
function hindered(rooms: Rooms, ids: ReadonlySet<string>, devices: readonly Device[]): Set<string> {
  const waiting = [...ids].map((id) => rooms.runs.get(id)).filter(({ status }) => status === 'queued');
  const gone = devices.filter(({ remark }) => remark === 'missing');
  return new Set(
    waiting.flatMap(({ name, pinnedTo }) =>
      gone
        .filter(({ id }) => id === pinnedTo)
        .map((device) => `${name}: waits for ${device.name}, which is gone.`),
    ),
  );
}

function progressOf(run: Run): string {
  const left = run.secondsLeft === null ? '' : `, ${duration(run.secondsLeft)} left`;
  const doing =
    run.status === 'running' ? `${run.phase ?? 'running'}, ${Math.round(100 * run.progress)} %` : run.status;
  const nll = run.results?.nll ?? null;
  const loss = nll === null ? '' : `, NLL ${nll.toFixed(2)}`;
  return `${run.name}: ${doing}, step ${run.step}${left}${loss}`;
}

interface Ended {
  readonly table: readonly TableRow[];
  readonly runs: readonly Run[];
}

function print(study: Study, { table, runs }: Ended, terminal: Terminal): void {
  terminal.print(study.name);
  const rows = table.map((row) => [
    row.method,
    row.runs,
    ...tableMeasures.map((measure) => row[measure] && foldedText(row[measure])),
  ]);
  terminal.print(columns(['method', 'runs', ...tableMeasures.map((measure) => measure.toUpperCase())], rows));
  for (const { method, without } of table)
    if (without > 0)
      terminal.print(`${method}: ${without} ${without === 1 ? 'run' : 'runs'} without results left out`);
  for (const line of undefinedLines(study, runs)) terminal.print(line);
  const finished = runs.filter(({ results }) => results);
  if (finished.length === 0) return;
  terminal.print('');
  terminal.print(
    columns(
      ['run', ...estimateHeads],
      finished.map((run) => [run.name, ...againstEstimate(run)]),
    ),
  );
}

/** Why places of the table are empty, a line for each reason of a method. */
function undefinedLines(study: Study, runs: readonly Run[]): string[] {
  return study.methodIds.flatMap((id) => {
    const run = runs.find(({ methodId }) => methodId === id);
    if (!run) return [];
    const reasons = tableMeasures.map((measure) => ({ measure, reason: whyUndefinedIn(run, measure) }));
    return [...Map.groupBy(reasons, ({ reason }) => reason)].flatMap(([reason, of]) =>
      reason === null
        ? []
        : `${id}, ${of.map(({ measure }) => measure.toUpperCase()).join(', ')}: ${undefinedBecause[reason]}`,
    );
  });
}
