import { savedCombination, type SavedCombination } from '../contract/methods/own.ts';
import type { Connection } from './migrate.ts';

interface Row {
  description: string;
}

const fromRow = (row: Row): SavedCombination => savedCombination.parse(JSON.parse(row.description));

export function combinationsTable(db: Connection) {
  const all = db.prepare<[], Row>('SELECT description FROM combinations ORDER BY created_at, rowid');
  const one = db.prepare<[string], Row>('SELECT description FROM combinations WHERE id = ?');
  const put = db.prepare<[string, string, number, string]>(
    `INSERT INTO combinations (id, name, created_at, description) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description`,
  );
  const remove = db.prepare<[string]>('DELETE FROM combinations WHERE id = ?');
  return {
    /** Oldest first. */
    all: (): SavedCombination[] => all.all().map(fromRow),
    get: (id: string): SavedCombination | undefined => {
      const row = one.get(id);
      return row && fromRow(row);
    },
    put: (own: SavedCombination): void => void put.run(own.id, own.name, own.createdAt, JSON.stringify(own)),
    remove: (id: string): void => void remove.run(id),
  };
}
