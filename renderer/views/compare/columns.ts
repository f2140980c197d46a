import { computed, ref, watch, type Ref } from 'vue';
import type { Run, SampleSet } from '../../../contract/entities.ts';
import { usualSet } from '../../logic/decoding.ts';
import { kindFor, type Align } from '../../logic/comparable.ts';
import { useAttempt } from '../../stores/problems.ts';
import { useSamples } from '../../stores/samples.ts';

export interface ComparedColumn {
  readonly run: Run;
  /** Sets that fit the alignment. */
  readonly sets: readonly SampleSet[];
  /** Undefined where the run has none of that kind. */
  readonly set: SampleSet | undefined;
}

/** Which run and which of its sets stands in which column. */
export function useColumns(available: Ref<readonly Run[]>, wished: readonly string[], align: Ref<Align>) {
  const samples = useSamples();
  const { attempt } = useAttempt();
  const runIds = ref<string[]>(wished.slice(0, 4));
  const setIds = ref<Record<string, string>>({});

  /** The runs that were asked for and still exist; at least two, as far as there are. */
  const runs = computed(() => {
    const known = runIds.value.flatMap((id) => available.value.filter((run) => run.id === id));
    const spare = available.value.filter((run) => !runIds.value.includes(run.id));
    // Another method is the likelier wish than another seed of the same.
    const other = spare.toSorted(
      (a, b) => Number(a.methodId === known[0]?.methodId) - Number(b.methodId === known[0]?.methodId),
    );
    return [...known, ...other.slice(0, Math.max(0, 2 - known.length))];
  });
  watch(
    () => runs.value.map((run) => run.id).join(),
    () => {
      for (const { id } of runs.value) {
        if (!samples.setsByRun.has(id)) void attempt(() => samples.loadSets(id));
      }
    },
    { immediate: true },
  );
  const columns = computed<ComparedColumn[]>(() =>
    runs.value.map((run, i) => {
      const sets = (samples.setsByRun.get(run.id) ?? []).filter((set) => set.kind === kindFor(align.value));
      const chosen = sets.find((set) => set.id === setIds.value[`${i}/${align.value}`]);
      return { run, sets, set: chosen ?? usualSet(sets, kindFor(align.value)) };
    }),
  );

  const current = () => runs.value.map((run) => run.id);
  return {
    columns,
    setRun: (i: number, id: string) => (runIds.value = current().with(i, id)),
    setSet: (i: number, id: string) => (setIds.value = { ...setIds.value, [`${i}/${align.value}`]: id }),
    add: () => {
      const next = available.value.find((run) => !current().includes(run.id));
      if (next) runIds.value = [...current(), next.id];
    },
    remove: (i: number) => (runIds.value = current().toSpliced(i, 1)),
  };
}
