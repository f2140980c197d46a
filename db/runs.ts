import { run as runSchema, type Run } from '../contract/entities.ts';
import type { Connection } from './migrate.ts';

/** What a waiting run is to do when it gets a device: go on training, or only measure what was saved. */
export type Intent = 'train' | 'finish';

type Kind = 'plain' | 'json' | 'flag';

function column<F extends keyof Run>(field: F, name: string, kind: Kind = 'plain') {
  return { field, column: name, kind };
}

const columns = [
  column('id', 'id'),
  column('name', 'name'),
  column('studyId', 'study_id'),
  column('dataSetId', 'data_set_id'),
  column('methodId', 'method_id'),
  column('size', 'size'),
  column('options', 'options', 'json'),
  column('seed', 'seed'),
  column('pinnedTo', 'pinned_to'),
  column('deviceId', 'device_id'),
  column('status', 'status'),
  column('phase', 'phase'),
  column('step', 'step'),
  column('epoch', 'epoch'),
  column('progress', 'progress'),
  column('secondsLeft', 'seconds_left'),
  column('savedStep', 'saved_step'),
  column('createdAt', 'created_at'),
  column('startedAt', 'started_at'),
  column('endedAt', 'ended_at'),
  column('seconds', 'seconds'),
  column('peakBytes', 'peak_bytes'),
  column('estimate', 'estimate', 'json'),
  column('collapsedSince', 'collapsed_since'),
  column('error', 'error', 'json'),
  column('results', 'results', 'json'),
  column('star', 'star', 'flag'),
  column('note', 'note'),
  column('tags', 'tags', 'json'),
  column('trashedAt', 'trashed_at'),
  column('position', 'queue_position'),
];

/** A field of a run without a column above does not compile. */
type Forgotten = Exclude<keyof Run, (typeof columns)[number]['field']>;
const nothingForgotten: [Forgotten] extends [never] ? true : Forgotten = true;
void nothingForgotten;

type Cell = string | number | null;
type Row = Record<string, Cell>;

function toRow(run: Run): Row {
  const row: Row = {};
  for (const { field, column: name, kind } of columns) {
    const value = run[field];
    if (kind === 'json') row[name] = value === null ? null : JSON.stringify(value);
    else if (kind === 'flag') row[name] = value ? 1 : 0;
    else row[name] = value as Cell;
  }
  return row;
}

function fromRow(row: Row): Run {
  const fields: Record<string, unknown> = {};
  for (const { field, column: name, kind } of columns) {
    const cell = row[name];
    if (kind === 'json') fields[field] = typeof cell === 'string' ? JSON.parse(cell) : null;
    else if (kind === 'flag') fields[field] = cell === 1;
    else fields[field] = cell;
  }
  return runSchema.parse(fields);
}

export function runsTable(db: Connection) {
  const names = columns.map((c) => c.column);
  const insert = db.prepare(
    `INSERT INTO runs (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`,
  );
  const update = db.prepare(
    `UPDATE runs SET ${names.map((name) => `${name} = @${name}`).join(', ')} WHERE id = @id`,
  );
  const all = db.prepare<[], Row>('SELECT * FROM runs ORDER BY created_at DESC, rowid DESC');
  const one = db.prepare<[string], Row>('SELECT * FROM runs WHERE id = ?');
  const queued = db.prepare<[], Row>(
    `SELECT * FROM runs WHERE status = 'queued' AND trashed_at IS NULL ORDER BY queue_position, rowid`,
  );
  const live = db.prepare<[], Row>(
    `SELECT * FROM runs WHERE status IN ('starting', 'running', 'pausing', 'stopping')`,
  );
  const trashed = db.prepare<[], Row>('SELECT * FROM runs WHERE trashed_at IS NOT NULL');
  const ofStudy = db.prepare<[string], Row>('SELECT * FROM runs WHERE study_id = ? ORDER BY rowid');
  const ofDataSet = db.prepare<[string], { n: number }>(
    'SELECT COUNT(*) AS n FROM runs WHERE data_set_id = ?',
  );
  const bounds = db.prepare<[], { first: number | null; last: number | null }>(
    `SELECT MIN(queue_position) AS first, MAX(queue_position) AS last FROM runs WHERE status = 'queued'`,
  );
  const intent = db.prepare<[string], { intent: Intent }>('SELECT intent FROM runs WHERE id = ?');
  const setIntent = db.prepare<[Intent, string]>('UPDATE runs SET intent = ? WHERE id = ?');
  const remove = db.prepare<[string]>('DELETE FROM runs WHERE id = ?');
  return {
    /** Newest first, trashed ones included. */
    all: (): Run[] => all.all().map(fromRow),
    get: (id: string): Run | undefined => {
      const row = one.get(id);
      return row && fromRow(row);
    },
    add: (run: Run): void => void insert.run(toRow(run)),
    update: (run: Run): void => void update.run(toRow(run)),
    /** Waiting runs in the order of the queue. */
    queued: (): Run[] => queued.all().map(fromRow),
    live: (): Run[] => live.all().map(fromRow),
    trashed: (): Run[] => trashed.all().map(fromRow),
    ofStudy: (studyId: string): Run[] => ofStudy.all(studyId).map(fromRow),
    countOfDataSet: (dataSetId: string): number => ofDataSet.get(dataSetId)?.n ?? 0,
    /** Smallest and largest position in the queue; null when nothing waits. */
    queueBounds: (): { first: number | null; last: number | null } =>
      bounds.get() ?? { first: null, last: null },
    intent: (id: string): Intent => intent.get(id)?.intent ?? 'train',
    setIntent: (id: string, value: Intent): void => void setIntent.run(value, id),
    remove: (id: string): void => void remove.run(id),
  };
}
