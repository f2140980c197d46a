import { defineStore } from 'pinia';
import { ref } from 'vue';
import { defaultSettings, type Settings } from '../../contract/entities.ts';
import { useClient } from '../services.ts';

export const useSettings = defineStore('settings', () => {
  const client = useClient();
  const values = ref<Settings>({ ...defaultSettings });

  function put(settings: Settings): void {
    values.value = settings;
  }
  return {
    values,
    put,
    load: async () => put(await client.settings.get()),
    /** Shows at once; the main side's answer is the truth. */
    change: async (change: Partial<Settings>) => {
      const before = values.value;
      values.value = { ...before, ...change };
      try {
        put(await client.settings.set(change));
      } catch (error) {
        put(before);
        throw error;
      }
    },
  };
});
