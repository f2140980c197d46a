import { methodById } from '../../../contract/methods/index.ts';
import * as fixtures from '../fixtures.ts';
import type { Run, Study } from '../types.ts';
import type { StudyRequest } from '../../../contract/rpc.ts';
import { found, os, type World } from './world.ts';

/** The same range for every run; a narrower one once it was measured. */
const estimateOf = (input: StudyRequest, basis: 'formula' | 'measured') => {
  const runs = input.methodIds.length * input.seeds;
  return {
    runs,
    seconds: basis === 'formula' ? { low: runs * 95, high: runs * 160 } : { low: runs * 60, high: runs * 90 },
    bytes: input.size === 'thorough' ? 31_000_000_000 : 700_000_000,
    deviceId: 'cpu',
    memoryFree: 17_900_000_000,
    perMethod: input.methodIds.map((methodId) => ({
      methodId,
      estimate: {
        seconds: { low: 95, high: 160 },
        bytes: 700_000_000,
        basis,
        parts: [
          { what: 'training', share: 0.61 },
          { what: 'sampling', share: 0.29 },
          { what: 'testing', share: 0.1 },
        ],
      },
    })),
  };
};

export const studiesOf = ({ state, send }: World) => ({
  list: os.studies.list.handler(() => state.studies),
  get: os.studies.get.handler(({ input }) => found(state.studies.find((study) => study.id === input.id))),
  estimate: os.studies.estimate.handler(({ input }) =>
    estimateOf(input, state.measured ? 'measured' : 'formula'),
  ),
  measure: os.studies.measure.handler(({ input }) => {
    state.measured = true;
    return estimateOf(input, 'measured');
  }),
  create: os.studies.create.handler(({ input }) => {
    const study: Study = {
      id: `study-${state.studies.length + 1}`,
      name: input.name ?? 'Untitled study',
      dataSetId: input.dataSetId,
      size: input.size,
      methodIds: input.methodIds,
      seeds: input.seeds,
      createdAt: fixtures.now,
    };
    const runs = input.methodIds.flatMap((methodId) =>
      Array.from({ length: input.seeds }, (_, i) =>
        fixtures.run({
          id: `${study.id}-${methodId}-${i + 1}`,
          studyId: study.id,
          methodId,
          seed: i + 1,
          status: 'queued',
          position: state.runs.length + i,
          options: { ...methodById(methodId).preset(input.size, 'text'), ...input.options[methodId] },
          progress: 0,
          step: 0,
          deviceId: null,
        }),
      ),
    );
    state.studies = [...state.studies, study];
    state.runs = [...state.runs, ...runs];
    send({ kind: 'studies-changed' });
    for (const run of runs) send({ kind: 'run', run });
    return { study, runs };
  }),
  rename: os.studies.rename.handler(({ input }) => ({
    ...found(state.studies.find((study) => study.id === input.id)),
    name: input.name,
  })),
});

export function runsOf({ state, send }: World) {
  const runOf = (id: string) => found(state.runs.find((run) => run.id === id));
  function change(id: string, part: Partial<Run>): Run {
    const run = { ...runOf(id), ...part };
    state.runs = state.runs.map((other) => (other.id === id ? run : other));
    send({ kind: 'run', run });
    return run;
  }

  return {
    runs: {
      list: os.runs.list.handler(() => state.runs),
      get: os.runs.get.handler(({ input }) => runOf(input.id)),
      series: os.runs.series.handler(async ({ input }) => {
        const run = runOf(input.id);
        const wait = state.curvesWait;
        delete state.curvesWait;
        await wait;
        return fixtures.series(run.methodId === 'vae' || run.collapsedSince !== null, run.step);
      }),
      probes: os.runs.probes.handler(({ input }) => fixtures.probes(runOf(input.id).step)),
      log: os.runs.log.handler(() => [
        { at: fixtures.now, level: 'info', text: 'Training begins: 701 updates a pass, 8 epochs.' },
        { at: fixtures.now + 9000, level: 'warn', text: 'The code has been ignored since step 450.' },
        {
          at: fixtures.now + 60_000,
          level: 'info',
          text: 'Validation NLL 61.2 after epoch 4: the best so far.',
        },
      ]),
      pause: os.runs.pause.handler(({ input }) => change(input.id, { status: 'paused' })),
      resume: os.runs.resume.handler(({ input }) => change(input.id, { status: 'running' })),
      stop: os.runs.stop.handler(({ input }) => change(input.id, { status: 'stopped' })),
      continue: os.runs.continue.handler(({ input }) =>
        change(input.id, { status: 'queued', position: 99, error: null }),
      ),
      annotate: os.runs.annotate.handler(({ input: { id, ...part } }) => change(id, part)),
      trash: os.runs.trash.handler(({ input }) =>
        input.ids.map((id) => change(id, { trashedAt: fixtures.now })),
      ),
      restore: os.runs.restore.handler(({ input }) => input.ids.map((id) => change(id, { trashedAt: null }))),
      emptyTrash: os.runs.emptyTrash.handler(() => {
        const gone = state.runs.filter((run) => run.trashedAt !== null);
        state.runs = state.runs.filter((run) => run.trashedAt === null);
        for (const { id } of gone) send({ kind: 'run-removed', id });
        return { bytes: gone.length * 4_200_000, runs: gone.length };
      }),
    },
    queue: {
      move: os.queue.move.handler(({ input }) => {
        const others = state.runs
          .filter((run) => run.status === 'queued' && run.id !== input.id)
          .toSorted((a, b) => a.position! - b.position!);
        const at = input.before === null ? others.length : others.findIndex((run) => run.id === input.before);
        others.splice(at, 0, runOf(input.id));
        return others.map((run, i) => change(run.id, { position: i + 1 }));
      }),
      pin: os.queue.pin.handler(({ input }) => change(input.id, { pinnedTo: input.deviceId })),
      remove: os.queue.remove.handler(({ input }) => {
        change(input.id, { trashedAt: fixtures.now, position: null });
        return {};
      }),
    },
  };
}
