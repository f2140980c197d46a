import { expect, test } from 'vitest';
import { followWork } from './follow-work.ts';

type Event = { kind: 'progress'; share: number } | { kind: 'done'; made: string };
const shares: number[] = [];
const tell = ({ share }: { share: number }) => void shares.push(share);
const follow = (body: (signal: AbortSignal) => AsyncIterable<Event>, signal: AbortSignal) =>
  followWork<Extract<Event, { kind: 'progress' }>, Extract<Event, { kind: 'done' }>>(
    (given) => Promise.resolve(body(given)),
    signal,
    tell,
  );

test('a work is told as it goes on and answers what came of it', async () => {
  const done = await follow(async function* () {
    yield { kind: 'progress', share: 0.5 };
    yield await Promise.resolve({ kind: 'done', made: 'a thing' });
  }, new AbortController().signal);
  expect(done).toEqual({ kind: 'done', made: 'a thing' });
  expect(shares).toEqual([0.5]);
});

test('what is left early comes to nothing, also where leaving is reported as an error', async () => {
  const leaving = new AbortController();
  const left = await follow(async function* (signal) {
    yield { kind: 'progress', share: 0.7 };
    leaving.abort();
    await Promise.resolve();
    signal.throwIfAborted();
  }, leaving.signal);
  expect(left).toBeUndefined();
});

test('what fails is thrown', async () => {
  const failing = follow(async function* () {
    yield await Promise.resolve({ kind: 'progress', share: 0.9 });
    throw new Error('no room');
  }, new AbortController().signal);
  await expect(failing).rejects.toThrow('no room');
});
