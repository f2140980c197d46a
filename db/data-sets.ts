import { dataSet, type DataSet } from '../contract/entities.ts';
import type { Connection } from './migrate.ts';

interface Row {
  id: string;
  name: string;
  created_at: number;
  description: string;
  runs: number;
}

/** Everything but the name, which can change, and the number of runs, which is counted. */
function fromRow(row: Row): DataSet {
  const described: unknown = JSON.parse(row.description);
  return dataSet.parse({ ...(described as object), name: row.name, runs: row.runs });
}

export function dataSetsTable(db: Connection) {
  const columns =
    'SELECT d.*, (SELECT COUNT(*) FROM runs r WHERE r.data_set_id = d.id) AS runs FROM data_sets d';
  const all = db.prepare<[], Row>(`${columns} ORDER BY d.created_at DESC, d.rowid DESC`);
  const one = db.prepare<[string], Row>(`${columns} WHERE d.id = ?`);
  const insert = db.prepare<[string, string, number, string]>(
    'INSERT INTO data_sets (id, name, created_at, description) VALUES (?, ?, ?, ?)',
  );
  const rename = db.prepare<[string, string]>('UPDATE data_sets SET name = ? WHERE id = ?');
  const remove = db.prepare<[string]>('DELETE FROM data_sets WHERE id = ?');
  return {
    /** Newest first. */
    all: (): DataSet[] => all.all().map(fromRow),
    get: (id: string): DataSet | undefined => {
      const row = one.get(id);
      return row && fromRow(row);
    },
    add: (set: DataSet): void => void insert.run(set.id, set.name, set.createdAt, JSON.stringify(set)),
    rename: (id: string, name: string): void => void rename.run(name, id),
    remove: (id: string): void => void remove.run(id),
  };
}
