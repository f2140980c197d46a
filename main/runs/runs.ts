import type { Point, Probe, Run } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import type { Store } from '../../db/store.ts';
import type { Home } from '../home/home.ts';
import type { NoticesRoom } from '../notices/notices.ts';
import type { Feed } from '../rpc/feed.ts';
import { runFolder, type LogLine } from './files.ts';
import { noticeOf } from './notices.ts';
import { isLive, reduce, type RunMessage, type RunState } from './state.ts';

export interface RunsOptions {
  store: Store;
  feed: Feed;
  home: Home;
  notices: NoticesRoom;
  now: () => number;
}

export type Annotation = Partial<Pick<Run, 'name' | 'note' | 'star' | 'tags'>>;

/** The runs as they are written down: read, told of, annotated, thrown away. Who computes is the queue's affair. */
export function runsRoom({ store, feed, home, notices, now }: RunsOptions) {
  const stretches = new Map<string, NonNullable<RunState['stretch']>>();

  /** Throws `runs.not-found`. */
  function get(id: string): Run {
    const run = store.runs.get(id);
    if (!run) throw new AppError('runs.not-found', { id });
    return run;
  }

  function write(run: Run): void {
    store.runs.update(run);
    feed.emit({ kind: 'run', run });
  }

  /** The one way in which the state of a run changes. */
  function apply(id: string, message: RunMessage): Run {
    const before = get(id);
    const { run, stretch } = reduce({ run: before, stretch: stretches.get(id) ?? null }, message, now());
    if (stretch) stretches.set(id, stretch);
    else stretches.delete(id);
    if (run !== before) write(run);
    const notice = noticeOf(before, message, run);
    if (notice) notices.add({ ...notice, runId: id });
    return run;
  }

  const folder = (id: string) => runFolder(home.run(get(id).id));

  return {
    list: () => store.runs.all(),
    get,
    apply,
    folder,
    series: (id: string): Point[] => folder(id).series(),
    probes: (id: string): Probe[] => folder(id).probes(),
    log: (id: string): LogLine[] => folder(id).log(),
    note: (id: string, level: LogLine['level'], text: string): void =>
      folder(id).note({ at: now(), level, text }),
    /** What was alive when the workbench last ended is not alive now; it may have saved after that. */
    recover(): void {
      for (const { id } of store.runs.live()) {
        const step = folder(id).savedStep();
        if (step !== null) apply(id, { kind: 'saved', step });
        apply(id, { kind: 'gone' });
      }
    },
    annotate(id: string, annotation: Annotation): Run {
      const given = Object.entries(annotation).filter(([, value]) => value !== undefined);
      const run: Run = { ...get(id), ...Object.fromEntries(given) };
      write(run);
      return run;
    },
    pin(id: string, deviceId: string | null): void {
      write({ ...get(id), pinnedTo: deviceId });
    },
    /** A run that computes or wears a star stays; answers those that went. */
    trash: (ids: readonly string[]): Run[] =>
      ids
        .map(get)
        .filter((run) => !isLive(run) && !run.star && run.trashedAt === null)
        .map((run) => apply(run.id, { kind: 'trash' })),
    restore: (ids: readonly string[]): Run[] =>
      ids
        .map(get)
        .filter((run) => run.trashedAt !== null)
        .map((run) => apply(run.id, { kind: 'restore', position: (store.runs.queueBounds().last ?? 0) + 1 })),
    emptyTrash(): { bytes: number; runs: number } {
      const doomed = store.runs.trashed();
      let bytes = 0;
      for (const run of doomed) {
        const files = runFolder(home.run(run.id));
        bytes += files.size();
        store.runs.remove(run.id);
        feed.emit({ kind: 'run-removed', id: run.id });
        files.remove();
      }
      if (store.studies.removeEmpty() > 0) feed.emit({ kind: 'studies-changed' });
      if (doomed.length > 0) feed.emit({ kind: 'data-sets-changed' });
      return { bytes, runs: doomed.length };
    },
  };
}
export type RunsRoom = ReturnType<typeof runsRoom>;
