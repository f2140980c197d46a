import { copyFileSync, existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError } from '../contract/errors.ts';
import { migrations, type Migration } from './migrations.ts';

export type Connection = Database.Database;

/**
 * Opens the file and brings it to the newest version, each step in a transaction of its own. An existing store is
 * copied aside before the first step. Throws `store.newer` or `store.migration`; the file then is as it was.
 */
export function openMigrated(file: string, steps: readonly Migration[] = migrations): Connection {
  const known = steps.at(-1)?.version ?? 0;
  const existed = existsSync(file) && statSync(file).size > 0;
  let copy = file;
  let target = known;
  let connection: Connection | undefined;
  try {
    connection = new Database(file);
    const found = versionOf(connection);
    if (found > known) throw new AppError('store.newer', { file, found, known });
    connection.pragma('journal_mode = WAL');
    // With WAL, a crash of the process loses nothing; a power cut may lose the last moments, never the store.
    connection.pragma('synchronous = NORMAL');
    const missing = steps.filter((step) => step.version > found);
    if (existed && missing.length > 0) copy = keepCopy(connection, file, found);
    for (const step of missing) {
      target = step.version;
      apply(connection, step);
    }
    connection.pragma('foreign_keys = ON');
    return connection;
  } catch (error) {
    connection?.close();
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('store.migration', { file, version: target, reason, copy });
  }
}

function apply(connection: Connection, step: Migration): void {
  // A step may rebuild a table others refer to; what refers to nothing afterwards fails it.
  connection.pragma('foreign_keys = OFF');
  connection.transaction(() => {
    connection.exec(step.sql);
    const broken = connection.pragma('foreign_key_check') as unknown[];
    if (broken.length > 0) throw new Error(`${broken.length} rows refer to rows that are not there`);
    connection.pragma(`user_version = ${step.version}`);
  })();
}

function versionOf(connection: Connection): number {
  return Number(connection.pragma('user_version', { simple: true }));
}

function keepCopy(connection: Connection, file: string, version: number): string {
  // What still stands in the write-ahead log belongs into the copy.
  connection.pragma('wal_checkpoint(TRUNCATE)');
  const copy = `${file}.version-${version}`;
  copyFileSync(file, copy);
  return copy;
}
