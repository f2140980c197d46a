import { sampleSet, type SampleSet } from '../contract/entities.ts';
import type { Connection } from './migrate.ts';

interface Row {
  description: string;
}

const fromRow = (row: Row): SampleSet => sampleSet.parse(JSON.parse(row.description));

export function sampleSetsTable(db: Connection) {
  const ofRun = db.prepare<[string], Row>(
    'SELECT description FROM sample_sets WHERE run_id = ? ORDER BY created_at, rowid',
  );
  const one = db.prepare<[string], Row>('SELECT description FROM sample_sets WHERE id = ?');
  // A continued run measures again and replaces its own sets.
  const put = db.prepare<[string, string, number, string]>(
    `INSERT INTO sample_sets (id, run_id, created_at, description) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET created_at = excluded.created_at, description = excluded.description`,
  );
  return {
    /** Oldest first. */
    ofRun: (runId: string): SampleSet[] => ofRun.all(runId).map(fromRow),
    get: (id: string): SampleSet | undefined => {
      const row = one.get(id);
      return row && fromRow(row);
    },
    put: (set: SampleSet): void => void put.run(set.id, set.runId, set.createdAt, JSON.stringify(set)),
  };
}
