import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { ImportSettings } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import type { Preview, Source } from '../../contract/rpc.ts';
import { explainProblem, type Explanation } from '../logic/problem.ts';
import { useServices } from '../services.ts';
import { t } from '../text/index.ts';
import { useImporting } from './importing.ts';

function notTaken(error: unknown): Explanation {
  const reason = error instanceof Error ? error.message : String(error);
  return { sentence: t('problem.upload', { reason }), remedy: t('problem.uploadRemedy') };
}

/** The import that is being prepared; it waits here while another page is open. */
export const useImportDraft = defineStore('import-draft', () => {
  const { connection, host } = useServices();
  const importing = useImporting();
  const sources = shallowRef<readonly Source[]>([]);
  /** Only what the person changed: everything else is the workbench's own guess. */
  const changed = ref<Partial<ImportSettings>>({});
  const preview = shallowRef<Preview | null>(null);
  const problem = shallowRef<Explanation | null>(null);
  const busy = ref(false);
  const step = ref(1);
  let asked = 0;

  const settings = computed<ImportSettings | null>(() =>
    preview.value ? { ...preview.value.settings, ...changed.value } : null,
  );

  function reset(): void {
    asked += 1;
    sources.value = [];
    changed.value = {};
    preview.value = null;
    problem.value = null;
    busy.value = false;
    step.value = 1;
  }

  async function begin(files: readonly File[], folder?: string): Promise<void> {
    reset();
    if (folder !== undefined) {
      problem.value = { sentence: t('wizard.folder', { name: folder }), remedy: t('wizard.folderRemedy') };
      return;
    }
    if (files.length === 0) return;
    busy.value = true;
    try {
      sources.value = await Promise.all(files.map((file) => host.handOver(file)));
    } catch (error) {
      problem.value = error instanceof AppError ? explainProblem(error) : notTaken(error);
      busy.value = false;
      return;
    }
    await look();
  }

  /** Asks for the preview anew; an answer that a later question has overtaken is dropped. */
  async function look(): Promise<void> {
    const mine = (asked += 1);
    busy.value = true;
    try {
      const found = await connection.client.datasets.preview({
        sources: [...sources.value],
        settings: changed.value,
      });
      if (mine !== asked) return;
      preview.value = found;
      problem.value = null;
    } catch (error) {
      if (mine !== asked) return;
      problem.value = explainProblem(error);
    }
    busy.value = false;
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  function change(part: Partial<ImportSettings>): void {
    changed.value = { ...changed.value, ...part };
    clearTimeout(timer);
    timer = setTimeout(() => void look(), 120);
  }

  /** The new data set; undefined where it was cancelled. */
  async function start() {
    const all = settings.value;
    if (!all) return undefined;
    const made = await importing.start(t('data.importing', { name: all.name }), (signal) =>
      connection.client.datasets.import({ sources: [...sources.value], settings: all }, { signal }),
    );
    if (made) reset();
    return made;
  }

  return { sources, preview, problem, busy, step, settings, begin, change, start, reset };
});
