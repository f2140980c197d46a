import { expect, test } from 'vitest';
import { sideBySide } from './side-by-side.mjs';

/** A job that is told what to do from outside. @param {string} name @param {string[]} log */
function job(name, log) {
  /** @type {(chunk: string) => void} */
  let print = () => {};
  /** @type {(value: string) => void} */
  let end = () => {};
  return {
    print: (/** @type {string} */ chunk) => print(chunk),
    /** Ends it and lets what waits for that happen. */
    async end() {
      end(name);
      await new Promise((resolve) => setImmediate(resolve));
    },
    run: (/** @type {(chunk: string | Uint8Array) => void} */ given) => {
      log.push(`${name} begins`);
      print = given;
      return /** @type {Promise<string>} */ (new Promise((resolve) => (end = resolve)));
    },
  };
}

test('as many as may run at a time, in their order, and results in that order too', async () => {
  /** @type {string[]} */
  const log = [];
  const [a, b, c] = [job('a', log), job('b', log), job('c', log)];
  const all = sideBySide([a.run, b.run, c.run], 2, () => {});
  expect(log).toEqual(['a begins', 'b begins']);
  await b.end();
  expect(log).toEqual(['a begins', 'b begins', 'c begins']);
  await c.end();
  await a.end();
  expect(await all).toEqual(['a', 'b', 'c']);
});

test('what is printed stands together: at once where it is its turn, held back until then otherwise', async () => {
  /** @type {string[]} */
  const log = [];
  /** @type {string[]} */
  const written = [];
  const [a, b, c] = [job('a', log), job('b', log), job('c', log)];
  const all = sideBySide([a.run, b.run, c.run], 3, (chunk) => written.push(String(chunk)));
  b.print('b1');
  a.print('a1');
  expect(written).toEqual(['a1']);
  c.print('c1');
  await c.end();
  a.print('a2');
  expect(written).toEqual(['a1', 'a2']);
  await a.end();
  expect(written).toEqual(['a1', 'a2', 'b1']);
  b.print('b2');
  expect(written).toEqual(['a1', 'a2', 'b1', 'b2']);
  await b.end();
  expect(written).toEqual(['a1', 'a2', 'b1', 'b2', 'c1']);
  await all;
});

test('a job that throws is not passed over', async () => {
  await expect(sideBySide([() => Promise.reject(new Error('no such program'))], 2, () => {})).rejects.toThrow(
    'no such program',
  );
});
