import { defineStore } from 'pinia';
import { computed, shallowReactive } from 'vue';
import { liveStatuses, type Point, type Probe, type Run } from '../../contract/entities.ts';
import { mergePoints } from '../logic/points.ts';
import { useClient } from '../services.ts';

/**
 * Its worker has begun, and has cut the curves on disk back to the save it goes on from: what was drawn after that
 * save is computed once more.
 */
const beganAnew = (before: Run, run: Run): boolean =>
  run.step < before.step || (before.status === 'starting' && run.status !== 'starting');

export const useRuns = defineStore('runs', () => {
  const client = useClient();
  const byId = shallowReactive(new Map<string, Run>());
  const series = shallowReactive(new Map<string, readonly Point[]>());
  const probes = shallowReactive(new Map<string, readonly Probe[]>());

  /** Points that arrive while the curves of their run are being fetched. */
  const meanwhile = new Map<string, Point[]>();

  const everything = computed(() => [...byId.values()]);
  const kept = computed(() => everything.value.filter((run) => run.trashedAt === null));
  const trashed = computed(() => everything.value.filter((run) => run.trashedAt !== null));
  const waiting = computed(() =>
    kept.value
      .filter((run) => run.status === 'queued')
      .toSorted((a, b) => (a.position ?? Infinity) - (b.position ?? Infinity)),
  );
  const live = computed(() => kept.value.filter((run) => liveStatuses.includes(run.status)));
  const paused = computed(() => kept.value.filter((run) => run.status === 'paused'));

  function put(...runs: Run[]): void {
    for (const run of runs) {
      const before = byId.get(run.id);
      byId.set(run.id, run);
      // Whoever looks at its curves sees them cut back; if the pipe breaks meanwhile, all is loaded anew anyway.
      if (before && beganAnew(before, run) && series.has(run.id)) loadCurves(run.id).catch(() => undefined);
    }
  }

  async function load(): Promise<void> {
    const runs = await client.runs.list();
    const ids = new Set(runs.map((run) => run.id));
    for (const id of byId.keys()) if (!ids.has(id)) forget(id);
    put(...runs);
    // Curves that are on screen may have missed points while the pipe was down.
    await Promise.all([...series.keys()].map((id) => loadCurves(id)));
  }

  function forget(id: string): void {
    byId.delete(id);
    series.delete(id);
    probes.delete(id);
  }

  async function loadCurves(id: string): Promise<void> {
    const arriving: Point[] = [];
    meanwhile.set(id, arriving);
    const [points, found] = await Promise.all([client.runs.series({ id }), client.runs.probes({ id })]);
    // A later question has been asked, and its answer knows more.
    if (meanwhile.get(id) !== arriving) return;
    meanwhile.delete(id);
    const last = points.at(-1)?.step ?? -1;
    series.set(
      id,
      mergePoints(
        mergePoints([], points),
        arriving.filter((point) => point.step >= last),
      ),
    );
    probes.set(id, found);
  }

  /** Points of runs whose curves nobody has asked for are not kept. */
  function addPoints(id: string, points: readonly Point[]): void {
    meanwhile.get(id)?.push(...points);
    const old = series.get(id);
    if (old) series.set(id, mergePoints(old, points));
  }

  function addProbe(id: string, probe: Probe): void {
    const old = probes.get(id);
    if (old) probes.set(id, [...old.filter((p) => p.step < probe.step), probe]);
  }

  const annotate = async (id: string, change: Pick<Partial<Run>, 'name' | 'note' | 'star' | 'tags'>) =>
    put(await client.runs.annotate({ id, ...change }));

  return {
    byId,
    series,
    probes,
    kept,
    trashed,
    waiting,
    live,
    paused,
    load,
    loadCurves,
    put,
    forget,
    addPoints,
    addProbe,
    annotate,
    pause: async (id: string) => put(await client.runs.pause({ id })),
    resume: async (id: string) => put(await client.runs.resume({ id })),
    stop: async (id: string, keep: boolean) => put(await client.runs.stop({ id, keep })),
    continueRun: async (id: string) => put(await client.runs.continue({ id })),
    trash: async (ids: string[]) => put(...(await client.runs.trash({ ids }))),
    restore: async (ids: string[]) => put(...(await client.runs.restore({ ids }))),
    emptyTrash: () => client.runs.emptyTrash(),
    move: async (id: string, before: string | null) => put(...(await client.queue.move({ id, before }))),
    pin: async (id: string, deviceId: string | null) => put(await client.queue.pin({ id, deviceId })),
    remove: async (id: string) => {
      await client.queue.remove({ id });
    },
  };
});
