import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { LanguageModel } from '../../contract/entities.ts';
import type { LanguageModelEvent, LanguageModelSettings } from '../../contract/language-models.ts';
import { followWork } from '../logic/follow-work.ts';
import { useServices } from '../services.ts';

type Progress = Extract<LanguageModelEvent, { kind: 'progress' }>;
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
  const progress = shallowRef<Progress | null>(null);
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
      const done = await followWork<Progress, Done>(open, mine.signal, (now) => (progress.value = now));
      if (done) await load();
      return done;
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
