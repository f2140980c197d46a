import type { Connection } from './migrate.ts';

/** What the user chose for a device; undefined is the workbench's own choice. */
export interface DeviceSetting {
  readonly enabled?: boolean;
  readonly slots?: number;
}

interface Row {
  id: string;
  enabled: number | null;
  slots: number | null;
}

export function deviceSettingsTable(db: Connection) {
  const all = db.prepare<[], Row>('SELECT * FROM device_settings');
  const put = db.prepare<[string, number | null, number | null]>(
    `INSERT INTO device_settings (id, enabled, slots) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET enabled = coalesce(excluded.enabled, enabled),
                                    slots = coalesce(excluded.slots, slots)`,
  );
  return {
    all: (): Map<string, DeviceSetting> =>
      new Map(
        all.all().map((row) => [
          row.id,
          {
            ...(row.enabled === null ? {} : { enabled: row.enabled === 1 }),
            ...(row.slots === null ? {} : { slots: row.slots }),
          },
        ]),
      ),
    /** Keeps what the setting leaves out. */
    put: (id: string, setting: DeviceSetting): void =>
      void put.run(id, setting.enabled === undefined ? null : Number(setting.enabled), setting.slots ?? null),
  };
}
