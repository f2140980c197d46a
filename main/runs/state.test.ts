import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runStatus, type Results, type Run } from '../../contract/entities.ts';
import type { FromTrainWorker } from '../../contract/worker.ts';
import { aRun } from '../testing/fixtures.ts';
import { noticeOf } from './notices.ts';
import { isLive, reduce, type RunMessage, type RunState } from './state.ts';

const results: Results = {
  ...{
    nll: 30,
    nllKind: 'exact' as const,
    nllSentences: 2,
    elbo: null,
    reconstruction: null,
    kl: null,
    mi: null,
  },
  ...{
    miLarge: null,
    au: null,
    auOf: null,
    perplexity: 20,
    predictedTokens: 5,
    collapse: 'undefined' as const,
  },
  ...{ fppl: 40, rppl: 90, samples: 100 },
};
const words = {
  heartbeat: { kind: 'heartbeat', bytes: 5 },
  progress: { kind: 'progress', phase: 'training', step: 7, epoch: 0.5, progress: 0.1, secondsLeft: 9 },
  saved: { kind: 'saved', step: 6 },
  collapsed: { kind: 'warning', warning: { kind: 'collapsed', since: 3 } },
  recovered: { kind: 'warning', warning: { kind: 'recovered', at: 5 } },
  paused: { kind: 'paused', step: 8 },
  finished: { kind: 'finished', results, stopped: false, peakBytes: 77 },
  stopped: { kind: 'finished', results, stopped: true, peakBytes: 77 },
  discarded: { kind: 'discarded' },
  failed: { kind: 'failed', error: { code: 'worker.not-finite', facts: { step: 7, saved: 6 } } },
} as const satisfies Record<string, FromTrainWorker>;
const gone = { kind: 'gone' } as const;

const start: RunState = { run: aRun({ status: 'queued', position: 3 }), stretch: null };
/** A message a second, beginning at second 100. */
const after = (...messages: RunMessage[]) =>
  messages.reduce((state, message, i) => reduce(state, message, 100_000 + 1000 * i), start);
const running = [{ kind: 'assigned', deviceId: 'cpu' }, words.progress] as const;

test('a run that got a slot has left the queue and begun', () => {
  const { run, stretch } = after(running[0]);
  expect(run).toMatchObject({
    status: 'starting',
    deviceId: 'cpu',
    position: null,
    startedAt: 100_000,
    phase: 'preparing',
  });
  expect(stretch).toEqual({ since: 100_000, before: 0 });
});

test('the first word about progress makes it running', () => {
  expect(after(...running).run).toMatchObject({ status: 'running', step: 7, phase: 'training', seconds: 1 });
});

test('progress that was under way when a pause was asked for does not undo the asking', () => {
  expect(after(...running, { kind: 'pause' }, words.progress).run.status).toBe('pausing');
  expect(after(...running, { kind: 'stop' }, words.progress).run.status).toBe('stopping');
});

test('a paused run has a save, no end and no stretch', () => {
  const { run, stretch } = after(...running, { kind: 'pause' }, words.paused);
  expect(run).toMatchObject({
    status: 'paused',
    step: 8,
    savedStep: 8,
    endedAt: null,
    phase: null,
    secondsLeft: null,
  });
  expect(stretch).toBeNull();
});

test('computing time adds up over stretches, waiting between them does not count', () => {
  const paused = after(...running, words.paused);
  expect(paused.run.seconds).toBe(2);
  const queued = reduce(paused, { kind: 'queue', position: 1 }, 500_000);
  const again = reduce(queued, { kind: 'assigned', deviceId: 'cpu' }, 900_000);
  expect(reduce(again, words.heartbeat, 903_000).run).toMatchObject({ seconds: 5, startedAt: 100_000 });
});

test.each([
  ['finishes', words.finished, 'finished'],
  ['is stopped and kept', words.stopped, 'stopped'],
])('a run that %s has results', (_, message, status) => {
  expect(after(...running, message).run).toMatchObject({
    status,
    results,
    peakBytes: 77,
    progress: 1,
    endedAt: 102_000,
  });
});

test('a run thrown away goes to the trash without results', () => {
  expect(after(...running, words.discarded).run).toMatchObject({
    status: 'stopped',
    results: null,
    trashedAt: 102_000,
  });
});

test('a run whose worker vanished says where it was and what was saved', () => {
  expect(after(...running, words.saved, gone).run).toMatchObject({
    status: 'crashed',
    error: { code: 'worker.crashed', facts: { step: 7, saved: 6 } },
  });
  expect(after(...running, gone).run.error?.facts).toEqual({ step: 7, saved: 0 });
});

test('a continued run is rid of its error', () => {
  const crashed = after(...running, gone, { kind: 'queue', position: 2 });
  expect(crashed.run).toMatchObject({ status: 'queued', position: 2, error: null, endedAt: null });
});

test('memory is the largest ever seen', () => {
  const larger = { kind: 'heartbeat', bytes: 9 } as const;
  expect(after(...running, words.heartbeat, larger, words.heartbeat).run.peakBytes).toBe(9);
});

test('a collapse is marked, and the mark goes when the code recovers', () => {
  expect(after(...running, words.collapsed).run.collapsedSince).toBe(3);
  expect(after(...running, words.collapsed, words.recovered).run.collapsedSince).toBeNull();
});

test('trashing takes a waiting run out of the queue, restoring brings it back to the end of it', () => {
  const thrown = reduce(start, { kind: 'trash' }, 1);
  expect(thrown.run).toMatchObject({ status: 'queued', trashedAt: 1, position: null });
  expect(reduce(thrown, { kind: 'restore', position: 9 }, 2).run).toMatchObject({
    trashedAt: null,
    position: 9,
  });
  const done = after(...running, words.finished, { kind: 'trash' }, { kind: 'restore', position: 9 });
  expect(done.run).toMatchObject({ status: 'finished', position: null });
});

test('a run that computes cannot be trashed', () => {
  expect(after(...running, { kind: 'trash' }).run.trashedAt).toBeNull();
});

describe('whatever happens in whatever order', () => {
  const message = fc.oneof(
    ...Object.values<RunMessage>(words).map((word) => fc.constant(word)),
    ...[gone, { kind: 'pause' }, { kind: 'stop' }, { kind: 'trash' }].map((word) =>
      fc.constant(word as RunMessage),
    ),
    fc.constant<RunMessage>({ kind: 'assigned', deviceId: 'cpu' }),
    fc.constant<RunMessage>({ kind: 'queue', position: 1 }),
    fc.constant<RunMessage>({ kind: 'restore', position: 1 }),
  );
  const played = fc.array(message, { maxLength: 25 }).map((messages) => after(...messages));

  test('a run has a stretch exactly while it computes', () =>
    fc.assert(
      fc.property(played, ({ run, stretch }) => {
        expect(stretch !== null).toBe(isLive(run));
      }),
    ));

  test('a position is a place in the queue, and computing time never runs backwards', () =>
    fc.assert(
      fc.property(played, message, (state, next) => {
        if (state.run.position !== null)
          expect(state.run).toMatchObject({ status: 'queued', trashedAt: null });
        expect(reduce(state, next, 200_000).run.seconds).toBeGreaterThanOrEqual(state.run.seconds);
      }),
    ));

  test('a worker that is late changes nothing of a run that is over', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...runStatus.options.filter((status) => !isLive({ status } as Run))),
        fc.constantFrom(...Object.values<RunMessage>(words), gone),
        (status, late) => {
          const over: RunState = { run: aRun({ status }), stretch: null };
          expect(reduce(over, late, 1)).toBe(over);
        },
      ),
    ));
});

describe('a notice', () => {
  const before = aRun({ status: 'running', name: 'VAE' });
  const told = (message: RunMessage) => {
    const { run } = reduce({ run: before, stretch: { since: 0, before: 0 } }, message, 4000);
    return noticeOf(before, message, run);
  };

  test('tells of what happened by itself', () => {
    expect(told(words.finished)).toEqual({ kind: 'finished', facts: { name: 'VAE', seconds: 4 } });
    expect(told(words.failed)).toEqual({
      kind: 'failed',
      facts: { name: 'VAE', step: 0, code: 'worker.not-finite' },
    });
    expect(told(gone)).toMatchObject({ kind: 'crashed' });
    expect(told(words.collapsed)).toMatchObject({ kind: 'collapsed', facts: { since: 3 } });
    const overFitting = { kind: 'warning', warning: { kind: 'over-fitting', since: 9, best: 6 } } as const;
    expect(told(overFitting)).toMatchObject({ kind: 'over-fitting', facts: { since: 9, best: 6 } });
  });

  test('does not tell the user what the user did, nor of what goes on all the time', () => {
    for (const message of [words.stopped, words.discarded, words.paused, words.progress, words.recovered])
      expect(told(message)).toBeUndefined();
  });

  test('is not given for a word that came too late', () => {
    const over = aRun({ status: 'finished' });
    expect(noticeOf(over, gone, reduce({ run: over, stretch: null }, gone, 1).run)).toBeUndefined();
  });
});
