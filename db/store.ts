import { combinationsTable } from './combinations.ts';
import { dataSetsTable } from './data-sets.ts';
import { deviceSettingsTable } from './device-settings.ts';
import { openMigrated } from './migrate.ts';
import { noticesTable } from './notices.ts';
import { runsTable } from './runs.ts';
import { sampleSetsTable } from './sample-sets.ts';
import { settingsTable } from './settings.ts';
import { studiesTable } from './studies.ts';
import { timingsTable } from './timings.ts';

export type Store = ReturnType<typeof openStore>;
export type { Intent } from './runs.ts';
export type { DeviceSetting } from './device-settings.ts';
export type { Timing } from './timings.ts';

/** Throws `store.newer` and `store.migration`. */
export function openStore(file: string) {
  const db = openMigrated(file);
  return {
    combinations: combinationsTable(db),
    dataSets: dataSetsTable(db),
    studies: studiesTable(db),
    runs: runsTable(db),
    sampleSets: sampleSetsTable(db),
    deviceSettings: deviceSettingsTable(db),
    settings: settingsTable(db),
    notices: noticesTable(db),
    timings: timingsTable(db),
    /** All of `work` or nothing of it. */
    transaction: <T>(work: () => T): T => db.transaction(work)(),
    close: (): void => void db.close(),
  };
}
