import type { Settings } from '../../contract/entities.ts';
import type { Store } from '../../db/store.ts';
import type { Feed } from '../rpc/feed.ts';

export function settingsRoom({ store, feed }: { store: Store; feed: Feed }) {
  return {
    get: () => store.settings.get(),
    set(changes: Partial<Settings>): Settings {
      store.settings.change(changes);
      const settings = store.settings.get();
      feed.emit({ kind: 'settings', settings });
      return settings;
    },
  };
}
export type SettingsRoom = ReturnType<typeof settingsRoom>;
