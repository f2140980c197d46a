import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { DataSet } from '../../contract/entities.ts';
import { useClient } from '../services.ts';

export const useDataSets = defineStore('datasets', () => {
  const client = useClient();
  const all = shallowRef<readonly DataSet[]>([]);
  const loaded = shallowRef(false);
  const byId = computed(() => new Map(all.value.map((set) => [set.id, set])));

  async function load(): Promise<void> {
    all.value = await client.datasets.list();
    loaded.value = true;
  }
  async function rename(id: string, name: string): Promise<void> {
    const renamed = await client.datasets.rename({ id, name });
    all.value = all.value.map((set) => (set.id === id ? renamed : set));
  }
  async function remove(id: string): Promise<void> {
    await client.datasets.remove({ id });
    all.value = all.value.filter((set) => set.id !== id);
  }
  return { all, byId, loaded, load, rename, remove };
});
