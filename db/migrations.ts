/** One step from a version of the store to the next. A published step is never edited: a later one corrects it. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/**
 * Instants are milliseconds since 1970, compound values JSON. `queue_position` orders waiting runs only.
 * `timings` outlive their runs: they calibrate the estimates of a device.
 */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE data_sets (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        description TEXT NOT NULL
      ) STRICT;

      CREATE TABLE studies (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        data_set_id TEXT NOT NULL REFERENCES data_sets (id),
        size TEXT NOT NULL,
        method_ids TEXT NOT NULL,
        seeds INTEGER NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX studies_by_data_set ON studies (data_set_id);

      CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        study_id TEXT NOT NULL REFERENCES studies (id),
        data_set_id TEXT NOT NULL REFERENCES data_sets (id),
        method_id TEXT NOT NULL,
        size TEXT NOT NULL,
        options TEXT NOT NULL,
        seed INTEGER NOT NULL,
        pinned_to TEXT,
        device_id TEXT,
        status TEXT NOT NULL,
        phase TEXT,
        step INTEGER NOT NULL,
        epoch REAL NOT NULL,
        progress REAL NOT NULL,
        seconds_left REAL,
        saved_step INTEGER,
        created_at INTEGER NOT NULL,
        started_at INTEGER,
        ended_at INTEGER,
        seconds REAL NOT NULL,
        peak_bytes REAL,
        estimate TEXT,
        collapsed_since INTEGER,
        error TEXT,
        results TEXT,
        star INTEGER NOT NULL,
        note TEXT NOT NULL,
        tags TEXT NOT NULL,
        trashed_at INTEGER,
        queue_position REAL,
        intent TEXT NOT NULL DEFAULT 'train'
      ) STRICT;
      CREATE INDEX runs_by_study ON runs (study_id);
      CREATE INDEX runs_by_data_set ON runs (data_set_id);
      CREATE INDEX runs_by_status ON runs (status);

      CREATE TABLE sample_sets (
        id TEXT PRIMARY KEY,
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        created_at INTEGER NOT NULL,
        description TEXT NOT NULL
      ) STRICT;
      CREATE INDEX sample_sets_by_run ON sample_sets (run_id, created_at);

      CREATE TABLE device_settings (
        id TEXT PRIMARY KEY,
        enabled INTEGER,
        slots INTEGER
      ) STRICT;

      CREATE TABLE settings (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT;

      CREATE TABLE notices (
        id TEXT PRIMARY KEY,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        facts TEXT NOT NULL
      ) STRICT;
      CREATE INDEX notices_by_time ON notices (at);

      CREATE TABLE timings (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        device_id TEXT NOT NULL,
        method_id TEXT NOT NULL,
        seconds_by_formula REAL NOT NULL,
        seconds REAL NOT NULL,
        bytes_by_formula REAL NOT NULL,
        bytes REAL NOT NULL
      ) STRICT;
      CREATE INDEX timings_by_device ON timings (device_id, at);
    `,
  },
  {
    version: 2,
    sql: `
      CREATE TABLE combinations (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        created_at INTEGER NOT NULL,
        description TEXT NOT NULL
      ) STRICT;
    `,
  },
  {
    version: 3,
    sql: `
      ALTER TABLE timings ADD COLUMN origin TEXT NOT NULL DEFAULT 'run';
      ALTER TABLE timings ADD COLUMN likeness TEXT NOT NULL DEFAULT '';
    `,
  },
];
