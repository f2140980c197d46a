import { notice, type Notice } from '../contract/entities.ts';
import type { Connection } from './migrate.ts';

interface Row {
  id: string;
  at: number;
  kind: string;
  run_id: string;
  facts: string;
}

/** More are not listed, and nobody reads further back. */
const kept = 500;

export function noticesTable(db: Connection) {
  const all = db.prepare<[], Row>(`SELECT * FROM notices ORDER BY at DESC, rowid DESC LIMIT ${kept}`);
  const insert = db.prepare<[string, number, string, string, string]>(
    'INSERT INTO notices (id, at, kind, run_id, facts) VALUES (?, ?, ?, ?, ?)',
  );
  const clear = db.prepare<[]>('DELETE FROM notices');
  return {
    /** Newest first. */
    all: (): Notice[] =>
      all.all().map((row) =>
        notice.parse({
          id: row.id,
          at: row.at,
          kind: row.kind,
          runId: row.run_id,
          facts: JSON.parse(row.facts) as unknown,
        }),
      ),
    add: (n: Notice): void => void insert.run(n.id, n.at, n.kind, n.runId, JSON.stringify(n.facts)),
    clear: (): void => void clear.run(),
  };
}
