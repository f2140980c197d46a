import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { DataSet } from '../../contract/entities.ts';
import { followWork } from '../logic/follow-work.ts';
import type { ImportEvent } from '../logic/types.ts';
import { useDataSets } from './datasets.ts';

type Progress = Extract<ImportEvent, { kind: 'progress' }>;
type Done = Extract<ImportEvent, { kind: 'done' }>;

/** The import under way, wherever it was begun; leaving its page does not end it. */
export const useImporting = defineStore('importing', () => {
  const dataSets = useDataSets();
  const what = ref('');
  const progress = ref<Progress | null>(null);
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
      const done = await followWork<Progress, Done>(open, mine.signal, (now) => (progress.value = now));
      if (done) await dataSets.load();
      return done?.dataSet;
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
