import type { Connection } from './migrate.ts';

/** How long and how large a run really was, or was foreseen from pieces of it, beside what the formula had said. */
export interface Timing {
  readonly at: number;
  /** A finished run, or a test drive of 20 updates. */
  readonly origin: 'run' | 'drive';
  /** The same for runs that differ in their seed only; empty where it was not written down. */
  readonly likeness: string;
  readonly deviceId: string;
  readonly methodId: string;
  readonly secondsByFormula: number;
  readonly seconds: number;
  readonly bytesByFormula: number;
  readonly bytes: number;
}

export function timingsTable(db: Connection) {
  const ofDevice = db.prepare<[string, number], Timing>(
    `SELECT at, origin, likeness, device_id AS deviceId, method_id AS methodId, seconds_by_formula AS secondsByFormula, seconds,
            bytes_by_formula AS bytesByFormula, bytes
     FROM timings WHERE device_id = ? ORDER BY at DESC, id DESC LIMIT ?`,
  );
  const insert = db.prepare<[Timing]>(
    `INSERT INTO timings (at, origin, likeness, device_id, method_id, seconds_by_formula, seconds, bytes_by_formula, bytes)
     VALUES (@at, @origin, @likeness, @deviceId, @methodId, @secondsByFormula, @seconds, @bytesByFormula, @bytes)`,
  );
  return {
    /** Newest first. */
    ofDevice: (deviceId: string, limit: number): Timing[] => ofDevice.all(deviceId, limit),
    add: (timing: Timing): void => void insert.run(timing),
  };
}
