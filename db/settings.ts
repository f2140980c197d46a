import { defaultSettings, settings, type Settings } from '../contract/entities.ts';
import type { Connection } from './migrate.ts';

interface Row {
  key: string;
  value: string;
}

export function settingsTable(db: Connection) {
  const all = db.prepare<[], Row>('SELECT key, value FROM settings');
  const put = db.prepare<[string, string]>(
    'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const change = db.transaction((changes: Partial<Settings>) => {
    for (const [key, value] of Object.entries(changes))
      if (value !== undefined) put.run(key, JSON.stringify(value));
  });
  return {
    /** What was never changed has its default. */
    get: (): Settings => {
      const stored = all.all().map(({ key, value }) => [key, JSON.parse(value) as unknown]);
      return settings.parse({ ...defaultSettings, ...Object.fromEntries(stored) });
    },
    change: (changes: Partial<Settings>): void => change(changes),
  };
}
