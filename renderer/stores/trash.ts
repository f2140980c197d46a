import { useToasts } from './toasts.ts';
import { liveStatuses, type Run } from '../../contract/entities.ts';
import { t } from '../text/index.ts';
import { useAttempt } from './problems.ts';
import { useRuns } from './runs.ts';

/** Moves runs to the trash with a way back; starred and running ones are left where they are and named. */
export function useTrash() {
  const toast = useToasts();
  const runs = useRuns();
  const { attempt } = useAttempt();

  const kept = (run: Run) => run.star || liveStatuses.includes(run.status) || run.status === 'paused';

  async function toTrash(chosen: readonly Run[]): Promise<void> {
    const skipped = chosen.filter(kept);
    const ids = chosen.filter((run) => !kept(run)).map((run) => run.id);
    const moved = ids.length === 0 || (await attempt(async () => (await runs.trash(ids), true)));
    if (!moved) return;
    const names = skipped.map((run) => run.name).join(', ');
    toast.add({
      title: t('runs.trashed', {}, ids.length),
      ...(skipped.length > 0 ? { description: t('runs.trashSkipped', { names }) } : {}),
      icon: 'i-lucide-trash-2',
      tone: 'neutral',
      duration: 10_000,
      ...(ids.length === 0
        ? {}
        : { action: { label: t('common.undo'), run: () => void attempt(() => runs.restore(ids)) } }),
    });
  }
  return { toTrash };
}
