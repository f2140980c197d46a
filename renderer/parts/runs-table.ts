import {
  createColumnHelper,
  getCoreRowModel,
  getExpandedRowModel,
  getSortedRowModel,
  useVueTable,
  type ExpandedState,
  type RowSelectionState,
  type SortingState,
  type Updater,
  type VisibilityState,
} from '@tanstack/vue-table';
import { computed, ref, watch, type Ref } from 'vue';
import type { Run } from '../../contract/entities.ts';
import { methodOf } from '../../contract/methods/own.ts';
import { emptyMeasures } from '../logic/empty-measure.ts';
import { foldSeeds, type Folded, type SeedGroup } from '../logic/fold.ts';
import { measure, measureColumns } from '../logic/measures.ts';

/** A row of the table: a run, or a group of runs that differ only in their seed. */
export interface RunsRow {
  readonly id: string;
  /** The run; the first one of a group. */
  readonly run: Run;
  readonly group: SeedGroup | null;
  readonly members?: readonly RunsRow[];
}

/** A group goes by its method, a run by its own name. */
export const nameOf = (row: RunsRow) => (row.group ? methodOf(row.run).title : row.run.name);

export function rowsOf(runs: readonly Run[], foldedSeeds: boolean): RunsRow[] {
  const single = (run: Run): RunsRow => ({ id: run.id, run, group: null });
  if (!foldedSeeds) return runs.map(single);
  return foldSeeds(runs).map((group) =>
    group.runs.length === 1
      ? single(group.runs[0]!)
      : { id: group.key, run: group.runs[0]!, group, members: group.runs.map(single) },
  );
}

const column = createColumnHelper<RunsRow>();
const valueOf = (row: RunsRow, key: (typeof measureColumns)[number]['key']): number | undefined => {
  const folded: Folded | undefined = row.group?.measures[key];
  if (row.group) return folded?.mean;
  return row.run.results ? (measure(row.run.results, key) ?? undefined) : undefined;
};

/** Columns whose cells are text; the others hold measures. */
export type WordColumn = 'run' | 'status' | 'data' | 'time' | 'created';

const place = 'latent-workbench:runs-columns';
const usuallyHidden: VisibilityState = {
  data: false,
  perplexity: false,
  reconstruction: false,
  probeAccuracy: false,
  probeCommonest: false,
};

/** What a person switched on or off. */
function kept(): VisibilityState {
  try {
    return JSON.parse(localStorage.getItem(place) ?? '{}') as VisibilityState;
  } catch {
    return {};
  }
}

/** Sorting, folding, selection and hidden columns of the table of runs. */
export function useRunsTable(
  runs: Ref<readonly Run[]>,
  folded: Ref<boolean>,
  dataName: (run: Run) => string,
) {
  const sorting = ref<SortingState>([{ id: 'created', desc: true }]);
  const expanded = ref<ExpandedState>({});
  const selection = ref<RowSelectionState>({});
  const asked = ref<VisibilityState>(kept());
  watch(asked, (now) => localStorage.setItem(place, JSON.stringify(now)));
  /** A column that would be empty is left out unless it was asked for; its cells then say why they are empty. */
  const visibility = computed<VisibilityState>(() => ({
    ...usuallyHidden,
    ...Object.fromEntries(emptyMeasures(runs.value).map((key) => [key, false])),
    ...asked.value,
  }));

  const set =
    <T>(target: Ref<T>) =>
    (updater: Updater<T>) => {
      target.value = updater instanceof Function ? updater(target.value) : updater;
    };
  const data = computed(() => rowsOf(runs.value, folded.value));
  const table = useVueTable<RunsRow>({
    get data() {
      return data.value;
    },
    columns: [
      column.accessor((row) => row.run.name, { id: 'run', enableHiding: false }),
      column.accessor((row) => row.run.status, { id: 'status' }),
      column.accessor((row) => dataName(row.run), { id: 'data' }),
      ...measureColumns.map(({ key }) =>
        column.accessor((row) => valueOf(row, key), { id: key, sortUndefined: 'last', sortDescFirst: false }),
      ),
      column.accessor((row) => row.run.seconds, { id: 'time' }),
      column.accessor((row) => row.run.createdAt, { id: 'created' }),
    ],
    getRowId: (row) => row.id,
    getSubRows: (row) => row.members as RunsRow[] | undefined,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    getExpandedRowModel: getExpandedRowModel(),
    onSortingChange: set(sorting),
    onExpandedChange: set(expanded),
    onRowSelectionChange: set(selection),
    onColumnVisibilityChange: (updater) => {
      const before = visibility.value;
      const after = updater instanceof Function ? updater(before) : updater;
      const changed = Object.entries(after).filter(([id, shown]) => shown !== (before[id] ?? true));
      asked.value = { ...asked.value, ...Object.fromEntries(changed) };
    },
    autoResetExpanded: false,
    state: {
      get sorting() {
        return sorting.value;
      },
      get expanded() {
        return expanded.value;
      },
      get rowSelection() {
        return selection.value;
      },
      get columnVisibility() {
        return visibility.value;
      },
    },
  });
  /** Chosen runs; a chosen group counts with all its members. */
  const chosen = computed<Run[]>(() => {
    const ids = new Set(
      data.value.flatMap((row) => {
        const all = row.members ?? [row];
        return selection.value[row.id]
          ? all.map((r) => r.id)
          : all.filter((r) => selection.value[r.id]).map((r) => r.id);
      }),
    );
    return runs.value.filter((run) => ids.has(run.id));
  });
  return { table, chosen, clear: () => (selection.value = {}) };
}
