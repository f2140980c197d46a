import { randomUUID } from 'node:crypto';
import type { Notice } from '../../contract/entities.ts';
import type { Store } from '../../db/store.ts';
import type { Feed } from '../rpc/feed.ts';

export function noticesRoom({ store, feed, now }: { store: Store; feed: Feed; now: () => number }) {
  return {
    list: () => store.notices.all(),
    add(about: Pick<Notice, 'kind' | 'runId' | 'facts'>): void {
      const notice: Notice = { id: randomUUID(), at: now(), ...about };
      store.notices.add(notice);
      feed.emit({ kind: 'notice', notice });
    },
    clear(): void {
      store.notices.clear();
      // There is no word for it alone, and it happens seldom.
      feed.emit({ kind: 'reload' });
    },
  };
}
export type NoticesRoom = ReturnType<typeof noticesRoom>;
