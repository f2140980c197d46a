import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import type { Run } from '../../contract/entities.ts';
import type { DataKind, OptionValue } from '../../contract/methods/index.ts';
import {
  draftLike,
  emptyDraft,
  openPoints,
  readDraft,
  shownFields,
  toRequest,
  type StudyDraft,
} from '../logic/study-draft.ts';
import { useCombinations } from './combinations.ts';
import { useDataSets } from './datasets.ts';

const place = 'latent-workbench:new-study';

/** The form of a new study. It is kept in the browser until the study starts. */
export const useStudyDraft = defineStore('study-draft', () => {
  const dataSets = useDataSets();
  const { find } = useCombinations();
  const draft = ref<StudyDraft>(readDraft(localStorage.getItem(place)));
  watch(draft, (now) => localStorage.setItem(place, JSON.stringify(now)), { deep: true });

  /** The chosen data set; the newest one where none was chosen or the chosen one is gone. */
  const dataSet = computed(
    () =>
      dataSets.byId.get(draft.value.dataSetId ?? '') ??
      dataSets.all.toSorted((a, b) => b.createdAt - a.createdAt)[0],
  );
  const kind = computed<DataKind>(() => dataSet.value?.kind ?? 'text');
  const labels = computed(() => dataSet.value?.labels.length ?? 0);
  const complete = computed<StudyDraft>(() => ({
    ...draft.value,
    dataSetId: dataSet.value?.id ?? null,
  }));

  function set(option: string, methodId: string | null, value: OptionValue | undefined): void {
    const { shared, own } = draft.value;
    const values = { ...(methodId === null ? shared : own[methodId]) };
    const changed = Object.fromEntries(Object.entries(values).filter(([name]) => name !== option));
    if (value !== undefined) changed[option] = value;
    if (methodId === null) draft.value.shared = changed;
    else own[methodId] = changed;
  }
  function toggle(id: string): void {
    const ids = draft.value.methodIds;
    draft.value.methodIds = ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id];
  }

  return {
    draft,
    dataSet,
    kind,
    fields: computed(() => shownFields(complete.value, kind.value, find, labels.value)),
    open: computed(() => openPoints(complete.value, kind.value, find, labels.value)),
    request: computed(() => toRequest(complete.value, kind.value, find, labels.value)),
    set,
    toggle,
    reset: () => {
      draft.value = emptyDraft();
    },
    like: (run: Run) => {
      draft.value = draftLike(run, dataSets.byId.get(run.dataSetId)?.kind ?? 'text');
    },
  };
});
