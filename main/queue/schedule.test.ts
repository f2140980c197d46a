import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assign, type Place, type Waiting } from './schedule.ts';

const run = (id: string, change: Partial<Waiting> = {}): Waiting => ({
  id,
  pinnedTo: null,
  bytes: 1,
  ...change,
});
const place = (deviceId: string, change: Partial<Place> = {}): Place => ({
  deviceId,
  enabled: true,
  slots: 1,
  busy: [],
  memory: null,
  ...change,
});
const pairs = (waiting: Waiting[], places: Place[]) =>
  assign(waiting, places).map(({ runId, deviceId }) => `${runId}@${deviceId}`);

test('runs start in the order of the queue, on the first device that is free', () => {
  expect(pairs([run('a'), run('b'), run('c')], [place('gpu'), place('cpu')])).toEqual(['a@gpu', 'b@cpu']);
});

test('a device takes as many as it has slots, those that compute counted', () => {
  const waiting = [run('a'), run('b'), run('c')];
  expect(pairs(waiting, [place('cpu', { slots: 3, busy: [5] })])).toEqual(['a@cpu', 'b@cpu']);
  expect(pairs(waiting, [place('cpu', { slots: 1, busy: [5, 5] })])).toEqual([]);
});

test('a device that is switched off takes nothing', () => {
  expect(
    pairs([run('a'), run('b', { pinnedTo: 'gpu' })], [place('gpu', { enabled: false }), place('cpu')]),
  ).toEqual(['a@cpu']);
});

test('a pinned run waits for its device and holds up nobody behind it', () => {
  const waiting = [run('a', { pinnedTo: 'gpu' }), run('b')];
  expect(pairs(waiting, [place('gpu', { busy: [1] }), place('cpu')])).toEqual(['b@cpu']);
  expect(pairs(waiting, [place('cpu'), place('gpu')])).toEqual(['a@gpu', 'b@cpu']);
});

test('a device that takes only what is pinned to it keeps off everything else', () => {
  const waiting = [run('a'), run('b', { pinnedTo: 'card' })];
  const card = place('card', { slots: 2, onlyPinned: true });
  expect(pairs(waiting, [card, place('cpu')])).toEqual(['a@cpu', 'b@card']);
  expect(pairs([run('a')], [card])).toEqual([]);
});

describe('memory', () => {
  test('of a device is shared by what runs on it', () => {
    const waiting = [run('a', { bytes: 6 }), run('b', { bytes: 4 }), run('c', { bytes: 1 })];
    expect(pairs(waiting, [place('gpu', { slots: 4, memory: 10 })])).toEqual(['a@gpu', 'b@gpu']);
  });

  test('that does not suffice on one device may suffice on the next', () => {
    const places = [
      place('small', { slots: 2, busy: [3], memory: 4 }),
      place('large', { slots: 2, busy: [3], memory: 9 }),
    ];
    expect(pairs([run('a', { bytes: 5 })], places)).toEqual(['a@large']);
  });

  test('estimates do not keep a run off an empty device', () => {
    expect(pairs([run('a', { bytes: 99 })], [place('cpu', { memory: 10 })])).toEqual(['a@cpu']);
  });

  test('a large run is not overtaken for ever: nobody behind it takes the device it waits for', () => {
    const waiting = [run('large', { bytes: 9 }), run('small', { bytes: 1 })];
    expect(pairs(waiting, [place('gpu', { slots: 3, busy: [2], memory: 10 })])).toEqual([]);
    expect(
      pairs(waiting, [place('gpu', { slots: 3, busy: [2], memory: 10 }), place('cpu', { busy: [1] })]),
    ).toEqual([]);
    expect(pairs(waiting, [place('gpu', { slots: 3, memory: 10 })])).toEqual(['large@gpu', 'small@gpu']);
  });
});

test('eight cards and a hundred runs: every slot is taken, none twice', () => {
  const waiting = Array.from({ length: 100 }, (_, i) => run(`r${i}`));
  const places = Array.from({ length: 8 }, (_, i) => place(`GPU-${i}`, { slots: 2 }));
  const assignments = assign(waiting, places);
  expect(assignments).toHaveLength(16);
  expect(new Set(assignments.map(({ runId }) => runId)).size).toBe(16);
  for (const { deviceId } of places)
    expect(assignments.filter((a) => a.deviceId === deviceId)).toHaveLength(2);
});

describe('for any queue and machine', () => {
  const devices = ['cpu', 'gpu-1', 'gpu-2'];
  const anyRun = fc.record({
    pinnedTo: fc.constantFrom(null, ...devices),
    bytes: fc.integer({ min: 0, max: 10 }),
  });
  const anyQueue = fc
    .array(anyRun, { maxLength: 12 })
    .map((runs) => runs.map((r, i) => ({ ...r, id: `r${i}` })));
  const anyPlace = (deviceId: string) =>
    fc.record({
      deviceId: fc.constant(deviceId),
      enabled: fc.boolean(),
      slots: fc.integer({ min: 1, max: 3 }),
      busy: fc.array(fc.integer({ min: 0, max: 10 }), { maxLength: 3 }),
      memory: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 15 })),
    });
  const anyMachine = fc.tuple(...devices.map(anyPlace));

  test('no run starts twice, none on a device that is off or not its own, and no device is overfull', () =>
    fc.assert(
      fc.property(anyQueue, anyMachine, (waiting, places) => {
        const assignments = assign(waiting, places);
        expect(new Set(assignments.map(({ runId }) => runId)).size).toBe(assignments.length);
        for (const { runId, deviceId } of assignments) {
          const { pinnedTo } = waiting.find(({ id }) => id === runId)!;
          expect([null, deviceId]).toContain(pinnedTo);
        }
        for (const { deviceId, enabled, slots, busy, memory } of places) {
          const new_ = assignments.filter((a) => a.deviceId === deviceId);
          if (new_.length === 0) continue;
          expect(enabled).toBe(true);
          expect(busy.length + new_.length).toBeLessThanOrEqual(slots);
          const bytes = [...busy, ...new_.map(({ runId }) => waiting.find(({ id }) => id === runId)!.bytes)];
          const sum = bytes.reduce((a, b) => a + b, 0);
          if (memory !== null && bytes.length > 1) expect(sum).toBeLessThanOrEqual(memory);
        }
      }),
    ));

  test('nothing is left waiting that an empty device could take', () =>
    fc.assert(
      fc.property(anyQueue, anyMachine, (waiting, places) => {
        const assignments = assign(waiting, places);
        const idle = places.filter(
          ({ deviceId, enabled, busy }) =>
            enabled && busy.length === 0 && !assignments.some((a) => a.deviceId === deviceId),
        );
        for (const { id, pinnedTo } of waiting.filter(({ id }) => !assignments.some((a) => a.runId === id)))
          expect(`${id}: ${idle.filter((p) => pinnedTo === null || p.deviceId === pinnedTo).length}`).toBe(
            `${id}: 0`,
          );
      }),
    ));
});
