import { ref, shallowRef, watch, type Ref } from 'vue';
import type * as z from 'zod';
import type { Sample, sampleQuery } from '../../contract/rpc.ts';
import { explainProblem, type Explanation } from '../logic/problem.ts';
import { useClient } from '../services.ts';

export type SampleQuery = Omit<z.input<typeof sampleQuery>, 'offset' | 'limit'>;

const pageSize = 100;

/** Sentences of a set by pages, fetched when they come into view. A changed question begins anew. */
export function useSamplePages(query: Ref<SampleQuery | null>) {
  const client = useClient();
  const total = ref(0);
  const occurrences = ref(0);
  const pages = shallowRef<ReadonlyMap<number, readonly Sample[]>>(new Map());
  const problem = shallowRef<Explanation | null>(null);
  const busy = ref(false);
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const underWay = new Set<number>();

  async function fetchPage(page: number, mine: number): Promise<void> {
    if (!query.value) return;
    underWay.add(page);
    try {
      const found = await client.samples.page({ ...query.value, offset: page * pageSize, limit: pageSize });
      if (mine !== asked) return;
      total.value = found.total;
      occurrences.value = found.occurrences;
      pages.value = new Map([...(page === 0 ? [] : pages.value), [page, found.samples]]);
      problem.value = null;
    } catch (error) {
      if (mine === asked) problem.value = explainProblem(error);
    } finally {
      if (mine === asked) {
        underWay.delete(page);
        busy.value = false;
      }
    }
  }

  watch(
    () => JSON.stringify(query.value),
    () => {
      clearTimeout(timer);
      asked += 1;
      const mine = asked;
      underWay.clear();
      if (!query.value) {
        pages.value = new Map();
        total.value = 0;
        return;
      }
      busy.value = true;
      timer = setTimeout(() => void fetchPage(0, mine), 100);
    },
    { immediate: true },
  );

  /** The sentence at a place of the list; undefined while its page is on its way. */
  function at(index: number): Sample | undefined {
    return pages.value.get(Math.floor(index / pageSize))?.[index % pageSize];
  }
  /** Fetches what is missing among the rows that are on screen. */
  function want(indexes: readonly number[]): void {
    for (const page of new Set(indexes.map((index) => Math.floor(index / pageSize)))) {
      if (!pages.value.has(page) && !underWay.has(page) && page * pageSize < total.value) {
        void fetchPage(page, asked);
      }
    }
  }
  return { total, occurrences, problem, busy, at, want };
}
