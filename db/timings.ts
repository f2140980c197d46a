import type { Connection } from './migrate.ts';

/** How long and how large a finished run really was, beside what the formula alone had said. */
export interface Timing {
  readonly at: number;
  readonly deviceId: string;
  readonly methodId: string;
  readonly secondsByFormula: number;
  readonly seconds: number;
  readonly bytesByFormula: number;
  readonly bytes: number;
}

export function timingsTable(db: Connection) {
  const ofDevice = db.prepare<[string, number], Timing>(
    `SELECT at, device_id AS deviceId, method_id AS methodId, seconds_by_formula AS secondsByFormula, seconds,
            bytes_by_formula AS bytesByFormula, bytes
     FROM timings WHERE device_id = ? ORDER BY at DESC, id DESC LIMIT ?`,
  );
  const insert = db.prepare<[Timing]>(
    `INSERT INTO timings (at, device_id, method_id, seconds_by_formula, seconds, bytes_by_formula, bytes)
     VALUES (@at, @deviceId, @methodId, @secondsByFormula, @seconds, @bytesByFormula, @bytes)`,
  );
  return {
    /** Newest first. */
    ofDevice: (deviceId: string, limit: number): Timing[] => ofDevice.all(deviceId, limit),
    add: (timing: Timing): void => void insert.run(timing),
  };
}
