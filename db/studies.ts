import { study, type Study } from '../contract/entities.ts';
import type { Connection } from './migrate.ts';

interface Row {
  id: string;
  name: string;
  data_set_id: string;
  size: string;
  method_ids: string;
  seeds: number;
  created_at: number;
}

function fromRow(row: Row): Study {
  return study.parse({
    id: row.id,
    name: row.name,
    dataSetId: row.data_set_id,
    size: row.size,
    methodIds: JSON.parse(row.method_ids) as unknown,
    seeds: row.seeds,
    createdAt: row.created_at,
  });
}

export function studiesTable(db: Connection) {
  const all = db.prepare<[], Row>('SELECT * FROM studies ORDER BY created_at DESC, rowid DESC');
  const one = db.prepare<[string], Row>('SELECT * FROM studies WHERE id = ?');
  const insert = db.prepare<[string, string, string, string, string, number, number]>(
    `INSERT INTO studies (id, name, data_set_id, size, method_ids, seeds, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const rename = db.prepare<[string, string]>('UPDATE studies SET name = ? WHERE id = ?');
  const removeEmpty = db.prepare<[]>(
    'DELETE FROM studies WHERE NOT EXISTS (SELECT 1 FROM runs WHERE runs.study_id = studies.id)',
  );
  return {
    /** Newest first. */
    all: (): Study[] => all.all().map(fromRow),
    get: (id: string): Study | undefined => {
      const row = one.get(id);
      return row && fromRow(row);
    },
    add: (s: Study): void =>
      void insert.run(s.id, s.name, s.dataSetId, s.size, JSON.stringify(s.methodIds), s.seeds, s.createdAt),
    rename: (id: string, name: string): void => void rename.run(name, id),
    /** Removes studies without a run left; answers how many. */
    removeEmpty: (): number => removeEmpty.run().changes,
  };
}
