import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { Notice } from '../../contract/entities.ts';
import { useClient } from '../services.ts';

export const useNotices = defineStore('notices', () => {
  const client = useClient();
  const all = shallowRef<readonly Notice[]>([]);
  const unread = shallowRef(0);

  return {
    all,
    unread,
    load: async () => {
      all.value = (await client.notices.list()).toSorted((a, b) => b.at - a.at);
    },
    /** False where the notice was known already. */
    add: (notice: Notice): boolean => {
      if (all.value.some((known) => known.id === notice.id)) return false;
      all.value = [notice, ...all.value];
      unread.value += 1;
      return true;
    },
    markRead: () => {
      unread.value = 0;
    },
    clear: async () => {
      await client.notices.clear();
      all.value = [];
      unread.value = 0;
    },
  };
});
