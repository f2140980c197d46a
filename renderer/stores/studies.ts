import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { Study } from '../../contract/entities.ts';
import { useClient } from '../services.ts';

export const useStudies = defineStore('studies', () => {
  const client = useClient();
  const all = shallowRef<readonly Study[]>([]);
  const byId = computed(() => new Map(all.value.map((study) => [study.id, study])));

  async function load(): Promise<void> {
    all.value = await client.studies.list();
  }
  function put(study: Study): void {
    all.value = [...all.value.filter((other) => other.id !== study.id), study];
  }
  const rename = async (id: string, name: string) => put(await client.studies.rename({ id, name }));
  return { all, byId, load, put, rename };
});
