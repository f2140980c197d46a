import { expect, test } from 'vitest';
import type { AppEvent } from '../../contract/rpc.ts';
import { openFeed, type Feed } from './feed.ts';

const removed = (id: string): AppEvent => ({ kind: 'run-removed', id });

/** What a window has waiting for it. */
async function read(feed: Feed, after?: number) {
  const reader = feed.follow(after);
  feed.close();
  const events: { sequence: number; what: string }[] = [];
  for await (const { sequence, event } of reader)
    events.push({ sequence, what: event.kind === 'run-removed' ? event.id : event.kind });
  return events;
}

test('a window hears what happens from when it asks, also before it begins to read', async () => {
  const feed = openFeed(100);
  feed.emit(removed('before'));
  const reader = feed.follow();
  feed.emit(removed('a'));
  feed.emit(removed('b'));
  feed.close();
  const heard = [];
  for await (const { sequence, event } of reader) heard.push([sequence, event]);
  expect(heard).toEqual([
    [102, removed('a')],
    [103, removed('b')],
  ]);
});

test('a window that comes back goes on where it was, without a hole', async () => {
  const feed = openFeed(100);
  for (const id of ['a', 'b', 'c']) feed.emit(removed(id));
  expect(await read(feed, 101)).toEqual([
    { sequence: 102, what: 'b' },
    { sequence: 103, what: 'c' },
  ]);
});

test('a window that saw the last event has nothing to catch up with', async () => {
  const feed = openFeed(100);
  feed.emit(removed('a'));
  expect(await read(feed, 101)).toEqual([]);
});

test('a window that missed more than is kept is told to load everything again, and from which number on', async () => {
  const feed = openFeed(100, 2);
  for (const id of ['a', 'b', 'c']) feed.emit(removed(id));
  expect(await read(feed, 100)).toEqual([{ sequence: 103, what: 'reload' }]);
  const kept = openFeed(100, 2);
  for (const id of ['a', 'b', 'c']) kept.emit(removed(id));
  expect(await read(kept, 101)).toHaveLength(2);
});

test('numbers of an earlier start of the workbench are too old, those of a later one unknown', async () => {
  const feed = openFeed(5000);
  expect(await read(feed, 4000)).toEqual([{ sequence: 5000, what: 'reload' }]);
  expect(await read(openFeed(5000), 6000)).toEqual([{ sequence: 5000, what: 'reload' }]);
});

test('a window that does not read costs no memory: it is told to load everything again', async () => {
  const feed = openFeed(0, 3);
  const reader = feed.follow();
  for (let i = 1; i <= 5; i += 1) feed.emit(removed(String(i)));
  feed.close();
  const heard = [];
  for await (const { event } of reader) heard.push(event.kind === 'run-removed' ? event.id : event.kind);
  expect(heard).toEqual(['reload', '5']);
});

test('a window that leaves while it waits is let go', async () => {
  const feed = openFeed();
  const reader = feed.follow();
  const pending = reader.next();
  await reader.return();
  expect(await pending).toMatchObject({ done: true });
  feed.emit(removed('a'));
  expect(await reader.next()).toMatchObject({ done: true });
});
