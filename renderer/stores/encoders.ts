import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import {
  belongsToEncoder,
  publishedMiniLm,
  type Encoder,
  type EncoderEvent,
  type Representations,
  type RepresentationsEvent,
} from '../../contract/encoders.ts';
import type { DataSet } from '../../contract/entities.ts';
import type { EncoderSource } from '../../contract/rpc.ts';
import { followWork } from '../logic/follow-work.ts';
import type { Folder } from '../logic/folder.ts';
import { explainProblem, type Explanation } from '../logic/problem.ts';
import { useServices } from '../services.ts';
import { t } from '../text/index.ts';
import { useDataSets } from './datasets.ts';
import { useToasts } from './toasts.ts';

type Progress = Extract<EncoderEvent, { kind: 'progress' }>;
type Stage = Progress['stage'] | 'handing';

/** What is under way: `share` is null while nobody can say how far it is. */
export interface EncoderWork {
  readonly title: string;
  readonly stage: Stage;
  readonly share: number | null;
}

/** The encoders, whose vectors there are, and the work under way: leaving its page does not end it. */
export const useEncoders = defineStore('encoders', () => {
  const { connection, host } = useServices();
  const calls = connection.client.encoders;
  const dataSets = useDataSets();
  const toasts = useToasts();
  const all = shallowRef<readonly Encoder[]>([]);
  /** By data set. */
  const vectors = shallowRef<ReadonlyMap<string, readonly Representations[]>>(new Map());
  const loaded = ref(false);
  const work = shallowRef<EncoderWork | null>(null);
  /** Whose vectors the last work was to compute; null where it was another kind of work. */
  const subject = ref<string | null>(null);
  /** Why the last work came to nothing. */
  const problem = shallowRef<Explanation>();
  let ending: AbortController | undefined;

  async function load(): Promise<void> {
    const [encoders, made] = await Promise.all([
      calls.list(),
      Promise.all(
        dataSets.all.map(async ({ id }) => [id, await calls.represented({ dataSetId: id })] as const),
      ),
    ]);
    all.value = encoders;
    vectors.value = new Map(made);
    loaded.value = true;
  }

  const say = (title: string, tone: 'neutral' | 'success') =>
    toasts.add({ title, tone, icon: tone === 'success' ? 'i-lucide-check' : 'i-lucide-info' });

  /**
   * Follows one work to its end, and says how it ended: what is done and what was cancelled in a short message, what
   * failed in `problem`, wherever it was begun.
   */
  async function follow<D extends { kind: 'done' }>(
    { title, stage, cancelled, of }: { title: string; stage: Stage; cancelled: string; of?: string },
    open: (signal: AbortSignal) => Promise<AsyncIterable<Progress | D>>,
    finished: (done: D) => string,
  ): Promise<void> {
    // One at a time: the buttons are off meanwhile, a folder can be dropped all the same.
    if (work.value) return say(t('encoders.busy', { work: work.value.title }), 'neutral');
    const mine = new AbortController();
    ending = mine;
    problem.value = undefined;
    subject.value = of ?? null;
    work.value = { title, stage, share: null };
    try {
      // Checking is over in a moment and has no share of its own.
      const tell = ({ stage: now, share }: Progress) =>
        void (work.value = { title, stage: now, share: now === 'checking' ? null : share });
      const done = await followWork<Progress, D>(open, mine.signal, tell);
      if (!done) return say(cancelled, 'neutral');
      say(finished(done), 'success');
      await load();
    } catch (error) {
      problem.value = explainProblem(error);
    } finally {
      work.value = null;
    }
  }

  async function bring(
    name: string,
    stage: Stage,
    from: (signal: AbortSignal) => Promise<EncoderSource>,
  ): Promise<void> {
    const known = new Set(all.value.map(({ id }) => id));
    await follow<Extract<EncoderEvent, { kind: 'done' }>>(
      { title: t('encoders.bringing', { title: name }), stage, cancelled: t('encoders.cancelledBringing') },
      async (signal) => calls.import({ from: await from(signal) }, { signal }),
      ({ encoder: { id, title } }) =>
        known.has(id) ? t('encoders.already', { title }) : t('encoders.brought', { title }),
    );
  }

  /** Hands the files over that belong to an encoder, whatever else lies in the folder. */
  async function sourceOf({ name, files }: Folder, signal: AbortSignal): Promise<EncoderSource> {
    const wanted = files.filter(({ path }) => belongsToEncoder(path));
    const given: { path: string; source: Awaited<ReturnType<typeof host.handOver>> }[] = [];
    for (const { path, file } of wanted) {
      signal.throwIfAborted();
      given.push({ path, source: await host.handOver(file) });
    }
    return { kind: 'files', folder: name, files: given };
  }

  return {
    all,
    vectors,
    loaded,
    work,
    problem,
    subject,
    load,
    bringFolder: (folder: Folder) => bring(folder.name, 'handing', (signal) => sourceOf(folder, signal)),
    download: () => bring(publishedMiniLm.title, 'downloading', () => Promise.resolve({ kind: 'minilm' })),
    /** With an encoder, or with the codes of a run under their own id. */
    compute: (encoder: Pick<Encoder, 'id' | 'title'>, data: DataSet) =>
      follow<Extract<RepresentationsEvent, { kind: 'done' }>>(
        {
          title: t('encoders.computing', { title: encoder.title, data: data.name }),
          stage: 'encoding',
          of: encoder.id,
          cancelled: t('encoders.cancelledComputing'),
        },
        (signal) => calls.represent({ dataSetId: data.id, encoderId: encoder.id }, { signal }),
        () => t('encoders.computed', { data: data.name }),
      ),
    cancel: () => ending?.abort(),
    remove: async (id: string): Promise<void> => {
      await calls.remove({ id });
      all.value = all.value.filter((encoder) => encoder.id !== id);
    },
  };
});
