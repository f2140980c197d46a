import { shallowRef, watch, type ShallowRef } from 'vue';
import { runOfVectors } from '../../contract/vectors-id.ts';
import { useClient } from '../services.ts';
import { useAttempt } from './problems.ts';
import { useRuns } from './runs.ts';

interface Vectors {
  readonly id: string;
  /** Of the encoder or the run that made them. */
  readonly title: string;
  /** Numbers a sentence */
  readonly width: number;
}

/** The vectors that lie with a data set. */
export function useVectorsOf(dataSetId: () => string | undefined): ShallowRef<readonly Vectors[]> {
  const client = useClient();
  const { attempt } = useAttempt();
  const runs = useRuns();
  const there = shallowRef<readonly Vectors[]>([]);
  watch(
    dataSetId,
    (id) =>
      attempt(async () => {
        if (id === undefined) return;
        const [made, encoders] = await Promise.all([
          client.encoders.represented({ dataSetId: id }),
          client.encoders.list(),
        ]);
        there.value = made.map(({ encoderId, width }) => {
          const run = runs.byId.get(runOfVectors(encoderId) ?? '');
          const title = encoders.find((one) => one.id === encoderId)?.title ?? run?.name ?? encoderId;
          return { id: encoderId, title, width };
        });
      }),
    { immediate: true },
  );
  return there;
}
