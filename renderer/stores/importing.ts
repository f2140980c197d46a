import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { DataSet } from '../../contract/entities.ts';
import type { ImportEvent } from '../logic/types.ts';
import { useDataSets } from './datasets.ts';

/** The import under way, wherever it was begun; leaving its page does not end it. */
export const useImporting = defineStore('importing', () => {
  const dataSets = useDataSets();
  const what = ref('');
  const progress = ref<Extract<ImportEvent, { kind: 'progress' }> | null>(null);
  const cancelled = ref(false);
  let ending: AbortController | undefined;

  /** The new data set; undefined where the import was cancelled. Throws what the import fails with. */
  async function start(
    name: string,
    open: (signal: AbortSignal) => Promise<AsyncIterable<ImportEvent>>,
  ): Promise<DataSet | undefined> {
    const mine = new AbortController();
    ending = mine;
    what.value = name;
    cancelled.value = false;
    progress.value = { kind: 'progress', stage: 'reading', share: 0, lines: 0 };
    try {
      for await (const event of await open(mine.signal)) {
        if (event.kind === 'progress') progress.value = event;
        else {
          await dataSets.load();
          return event.dataSet;
        }
      }
      return undefined;
    } catch (error) {
      if (mine.signal.aborted) return undefined;
      throw error;
    } finally {
      progress.value = null;
    }
  }

  function cancel(): void {
    cancelled.value = true;
    ending?.abort();
  }

  return { what, progress, cancelled, start, cancel };
});
