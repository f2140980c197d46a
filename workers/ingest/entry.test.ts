import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fromIngestWorker, type FromIngestWorker, type ToIngestWorker } from '../../contract/ingest.ts';
import { importSettings } from '../../contract/entities.ts';
import { file, sentences, temporaryFolder } from './testing.ts';

const entry = path.join(import.meta.dirname, 'entry.ts');

interface Started {
  readonly child: ChildProcess;
  readonly messages: FromIngestWorker[];
  readonly ended: Promise<unknown>;
  send(message: ToIngestWorker): void;
  /** Resolves with the first message of that kind. */
  first(kind: FromIngestWorker['kind']): Promise<FromIngestWorker>;
}

function start(): Started {
  const child = fork(entry, [], {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const messages: FromIngestWorker[] = [];
  const waiting = new Map<string, (message: FromIngestWorker) => void>();
  child.on('message', (raw) => {
    const message = fromIngestWorker.parse(raw);
    messages.push(message);
    waiting.get(message.kind)?.(message);
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    child,
    messages,
    ended: once(child, 'exit'),
    send: (message) => void child.send(message),
    first: (kind) => {
      const found = messages.find((message) => message.kind === kind);
      return found ? Promise.resolve(found) : new Promise((resolve) => waiting.set(kind, resolve));
    },
  };
}

const settings = importSettings.parse({ name: 'A name' });
const target = () => ({ id: 'x', folder: path.join(temporaryFolder(), 'data-set') });

test('a preview, and the process ends', async () => {
  const { send, messages, ended } = start();
  send({ kind: 'preview', files: [file('a.txt', sentences(50))], settings: {} });
  await ended;
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatchObject({ kind: 'preview', preview: { lines: 50, kind: 'lines' } });
});

test('an import reports progress that never falls, leaves a folder, and the process ends', async () => {
  const { send, messages, ended } = start();
  const { id, folder } = target();
  send({ kind: 'import', files: [file('a.txt', sentences(60_000))], settings, id, folder });
  await ended;
  expect(messages.at(-1)).toMatchObject({ kind: 'done', dataSet: { id: 'x', name: 'A name' } });
  expect(existsSync(path.join(folder, 'dataset.json'))).toBe(true);
  const shares = messages.flatMap((message) => (message.kind === 'progress' ? [message.share] : []));
  expect(shares.length).toBeGreaterThan(0);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
});

test('what was foreseen arrives as its code and facts, and no folder stays', async () => {
  const { send, messages, ended } = start();
  const { id, folder } = target();
  send({ kind: 'import', files: [file('a.txt', ['one', 'two'])], settings, id, folder });
  await ended;
  expect(messages.at(-1)).toEqual({
    kind: 'failed',
    error: { code: 'import.too-few', facts: { file: 'a.txt', sentences: 2, least: 20 } },
  });
  expect(existsSync(folder)).toBe(false);
});

// A synthetic set never gives way to other work by itself: only a cancel that needs no consent ends it in the middle.
test('a cancel ends an import in the middle of its work and leaves nothing', async () => {
  const { send, first, messages, ended } = start();
  const { id, folder } = target();
  send({ kind: 'synthetic', seed: 1, id, folder });
  await first('progress');
  expect(existsSync(folder)).toBe(true);
  send({ kind: 'cancel' });
  await ended;
  expect(messages.at(-1)).toEqual({ kind: 'failed', error: { code: 'import.cancelled', facts: {} } });
  expect(messages.map(({ kind }) => kind)).not.toContain('done');
  expect(existsSync(folder)).toBe(false);
});

test('a process whose main went away ends and leaves nothing', async () => {
  const { child, send, first, ended } = start();
  const { id, folder } = target();
  send({ kind: 'synthetic', seed: 1, id, folder });
  await first('progress');
  child.disconnect();
  await ended;
  expect(existsSync(folder)).toBe(false);
});

test('a process that was asked nothing ends with its main', async () => {
  const { child, ended } = start();
  child.disconnect();
  expect(await ended).toEqual([0, null]);
});
