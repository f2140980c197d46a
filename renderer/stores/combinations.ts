import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { methodById, type Method } from '../../contract/methods/index.ts';
import {
  isOwn,
  ownId,
  ownMethod,
  type Combination,
  type SavedCombination,
} from '../../contract/methods/own.ts';
import { useServices } from '../services.ts';

/** Methods that people put together from blocks, next to those of the catalogue. */
export const useCombinations = defineStore('combinations', () => {
  const { connection, host } = useServices();
  const calls = connection.client.combinations;
  const all = shallowRef<readonly SavedCombination[]>([]);
  const methods = computed<readonly Method[]>(() => all.value.map((own) => ownMethod(own.id, own)));
  const byId = computed(() => new Map(methods.value.map((method) => [method.id, method])));

  async function load(): Promise<void> {
    all.value = await calls.list();
  }
  const put = (saved: SavedCombination): SavedCombination => {
    const known = all.value.some(({ id }) => id === saved.id);
    all.value = known ? all.value.map((own) => (own.id === saved.id ? saved : own)) : [...all.value, saved];
    return saved;
  };
  return {
    all,
    methods,
    load,
    /** A method that a study can choose; undefined for a combination that is gone. */
    find: (methodId: string): Method | undefined =>
      isOwn(methodId) ? byId.value.get(methodId) : methodById(methodId),
    of: (methodId: string): SavedCombination | undefined =>
      all.value.find(({ id }) => ownId(id) === methodId),
    save: async (combination: Combination, id: string | null) => put(await calls.save({ id, combination })),
    bring: async (file: File) => put(await calls.bring({ text: await file.text() })),
    export: async (id: string) => host.save(await calls.export({ id })),
    remove: async (id: string): Promise<void> => {
      await calls.remove({ id });
      all.value = all.value.filter((own) => own.id !== id);
    },
  };
});
