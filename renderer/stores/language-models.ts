import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { LanguageModel } from '../../contract/entities.ts';
import type { LanguageModelEvent, LanguageModelSettings } from '../../contract/language-models.ts';
import { useServices } from '../services.ts';

type Done = Extract<LanguageModelEvent, { kind: 'done' }>;

/** The language models, and the one being made, wherever that was begun: leaving its page does not end it. */
export const useLanguageModels = defineStore('language-models', () => {
  const { connection, host } = useServices();
  const calls = connection.client.languageModels;
  const all = shallowRef<readonly LanguageModel[]>([]);
  const loaded = ref(false);
  /** Those that sentences can be scored with. */
  const usable = computed(() => all.value.filter((model) => model.problem === null));
  const what = ref('');
  const progress = shallowRef<Extract<LanguageModelEvent, { kind: 'progress' }> | null>(null);
  let ending: AbortController | undefined;

  async function load(): Promise<void> {
    all.value = await calls.list();
    loaded.value = true;
  }

  /** What came of it; undefined where it was cancelled. Throws what it fails with. */
  async function make(
    name: string,
    open: (signal: AbortSignal) => Promise<AsyncIterable<LanguageModelEvent>>,
  ): Promise<Done | undefined> {
    const mine = new AbortController();
    ending = mine;
    what.value = name;
    progress.value = { kind: 'progress', phase: 'reading', share: 0 };
    try {
      for await (const event of await open(mine.signal)) {
        if (event.kind === 'done') {
          await load();
          return event;
        }
        // What is left early is ended on the other side.
        if (mine.signal.aborted) return undefined;
        progress.value = event;
      }
      return undefined;
    } catch (error) {
      if (mine.signal.aborted) return undefined;
      throw error;
    } finally {
      progress.value = null;
    }
  }

  return {
    all,
    loaded,
    usable,
    what,
    progress,
    load,
    train: (file: File, settings: LanguageModelSettings) =>
      make(settings.title, async (signal) =>
        calls.train({ source: await host.handOver(file), settings }, { signal }),
      ),
    bring: (file: File) =>
      make(file.name, async (signal) => calls.import({ source: await host.handOver(file) }, { signal })),
    cancel: () => ending?.abort(),
    remove: async (id: string): Promise<void> => {
      await calls.remove({ id });
      all.value = all.value.filter((model) => model.id !== id);
    },
  };
});
