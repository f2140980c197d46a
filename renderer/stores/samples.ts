import { defineStore } from 'pinia';
import { computed, shallowReactive } from 'vue';
import type { Decoding, SampleSet } from '../../contract/entities.ts';
import { useClient } from '../services.ts';

export const useSamples = defineStore('samples', () => {
  const client = useClient();
  const setsByRun = shallowReactive(new Map<string, readonly SampleSet[]>());
  const setById = computed(() => new Map([...setsByRun.values()].flat().map((set) => [set.id, set])));

  const inOrder = (sets: readonly SampleSet[]) => sets.toSorted((a, b) => a.createdAt - b.createdAt);

  async function loadSets(runId: string): Promise<void> {
    setsByRun.set(runId, inOrder(await client.samples.sets({ runId })));
  }
  function put(set: SampleSet): void {
    const others = (setsByRun.get(set.runId) ?? []).filter((other) => other.id !== set.id);
    setsByRun.set(set.runId, inOrder([...others, set]));
  }
  return {
    setsByRun,
    setById,
    loadSets,
    put,
    /** Sets that are on screen, after the pipe was down. */
    reload: async () => {
      await Promise.all([...setsByRun.keys()].map((runId) => loadSets(runId)));
    },
    generate: async (request: { runId: string; decoding: Decoding; count: number; seed: number }) => {
      const set = await client.samples.generate(request);
      put(set);
      return set;
    },
  };
});
