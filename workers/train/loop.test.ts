import { expect, test } from 'vitest';
import * as z from 'zod';
import type { Training } from '../../contract/blocks.ts';
import type { ProcedureBlock, Turn } from '../blocks/procedures/index.ts';
import type { Evaluation } from '../measure/evaluate.ts';
import { startState, train, type Loop } from './loop.ts';
import type { LoopState } from './state.ts';

const training: Training = {
  batch: 8,
  epochs: 3,
  updatesPerEpoch: 0,
  learningRate: 1,
  optimizer: 'sgd',
  clip: 5,
  patience: 1,
  guardEpoch: 0,
  halvings: 2,
};
const evaluationOf = (nll: number): Evaluation => ({
  sentences: 1,
  tokens: 1,
  loss: nll,
  nll,
  reconstruction: nll,
  kl: 0,
  mi: nll / 10,
  au: 0,
  mmd: null,
  label: null,
});

/** A procedure that needs `inner` executions before each update and writes down what it was given. */
function recorded(inner: number, turns: Turn[], heard: (number | null)[]): ProcedureBlock<{ made: number }> {
  return {
    schema: z.object({ made: z.number() }),
    start: { made: 0 },
    advance: ({ made }, turn) => {
      turns.push(turn);
      const update = made === inner;
      const values = { loss: 1, gradientNorm: 1, terms: { reconstruction: 1, kl: 0 } };
      return { state: { made: update ? 0 : made + 1 }, values, update };
    },
    passed: (state, { mi }) => {
      heard.push(mi);
      return { state, ...(mi === 0.7 && { says: 'enough' }) };
    },
  };
}

async function run({
  inner = 0,
  losses,
  over = {},
}: {
  inner?: number;
  losses: number[];
  over?: Partial<Loop>;
}) {
  const turns: Turn[] = [];
  const heard: (number | null)[] = [];
  const happened: string[] = [];
  const left = [...losses];
  const procedure = recorded(inner, turns, heard);
  const klWeight = {
    start: 0,
    next: (weight: number, t: number) => Math.min(1, weight + 0.25 * (t >= 0 ? 1 : 0)),
  };
  const happens = (what: string) => (state: LoopState) => {
    happened.push(`${what} ${state.step}`);
    return Promise.resolve();
  };
  const used: number[] = [];
  const loop: Loop = {
    training,
    procedure,
    klWeight,
    gauges: [],
    keepsLast: false,
    updatesPerEpoch: 2,
    batches: 3,
    visit: (pass, position) => 10 * pass + position,
    evaluate: () => Promise.resolve(evaluationOf(left.shift()!)),
    events: {
      execution: () => Promise.resolve(),
      update: (state, _, before) => {
        used.push(before.klWeight);
        return state;
      },
      evaluation: (state) => Promise.resolve(state),
      best: happens('best'),
      reload: happens('reload'),
      epoch: happens('epoch'),
      log: (text) => happened.push(text),
    },
    breathe: () => Promise.resolve(),
    ...over,
  };
  let last: LoopState | undefined;
  await train(loop, startState({ methodId: 'm', seed: 1 }, loop), (state) => (last = state));
  return { turns, heard, happened, used, last: last! };
}

test('batches are visited pass by pass, evaluations come every epoch', async () => {
  const { turns, happened, last } = await run({ losses: [9, 8, 7] });
  expect(turns.map(({ visit }) => visit)).toEqual([0, 1, 2, 10, 11, 12]);
  expect(happened.filter((what) => what.startsWith('epoch'))).toEqual(['epoch 2', 'epoch 4', 'epoch 6']);
  expect(last).toMatchObject({ step: 6, epoch: 3, inEpoch: 0, pass: 2, position: 0, done: true });
});

test('every execution has noise of its own, and only updates move batch, step and KL weight on', async () => {
  const { turns, used, last } = await run({ inner: 2, losses: [9, 8, 7] });
  expect(turns.map(({ counter }) => counter)).toEqual(Array.from({ length: 18 }, (_, i) => i));
  expect(turns.slice(0, 6).map(({ visit }) => visit)).toEqual([0, 0, 0, 1, 1, 1]);
  expect(turns.slice(0, 6).map(({ klWeight }) => klWeight)).toEqual([0.25, 0.25, 0.25, 0.5, 0.5, 0.5]);
  expect(used).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
  expect(last).toMatchObject({ step: 6, executions: 18 });
});

test('a better loss keeps the parameters, a worse one halves the rate and reloads them', async () => {
  const { turns, happened, last } = await run({ losses: [9, 10, 8] });
  expect(happened).toEqual(['best 2', 'epoch 2', 'reload 4', 'epoch 4', 'best 6', 'epoch 6']);
  expect(turns.map(({ learningRate }) => learningRate)).toEqual([1, 1, 1, 1, 0.5, 0.5]);
  expect(last.best).toEqual({ loss: 8, step: 6, epoch: 3 });
});

test('the last halving ends training before the last epoch', async () => {
  const { last, happened } = await run({ losses: [1, 2, 3], over: { training: { ...training, epochs: 9 } } });
  expect(last).toMatchObject({ step: 6, done: true, rate: { halvings: 2 } });
  expect(happened.filter((what) => what.startsWith('reload'))).toEqual(['reload 4', 'reload 6']);
});

test('where the last parameters count, every epoch keeps its own and the rate stays', async () => {
  const { turns, happened, last } = await run({ losses: [9, 10, 11], over: { keepsLast: true } });
  expect(happened).toEqual(['best 2', 'epoch 2', 'best 4', 'epoch 4', 'best 6', 'epoch 6']);
  expect(turns.map(({ learningRate }) => learningRate)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(last.best).toEqual({ loss: 11, step: 6, epoch: 3 });
});

test('the procedure hears the mutual information once a pass, and its words reach the log', async () => {
  // Passes of three batches end with updates 3 and 6; the first evaluations after them are those at 4 and 6.
  const { heard, happened } = await run({ losses: [9, 8, 7] });
  expect(heard).toEqual([0.8, 0.7]);
  expect(happened).toContain('enough');
  const whole = await run({ losses: [9, 8, 7], over: { updatesPerEpoch: 3 } });
  expect(whole.heard).toEqual([0.9, 0.8, 0.7]);
});

test('an evaluation that is interrupted leaves a state that evaluates first', async () => {
  const interrupted = new Error('interrupted');
  const states: LoopState[] = [];
  const turns: Turn[] = [];
  const loop = {
    training,
    procedure: recorded(0, turns, []),
    klWeight: { start: 1, next: () => 1 },
    gauges: [],
    keepsLast: false,
    updatesPerEpoch: 2,
    batches: 3,
    visit: () => 0,
    evaluate: () => Promise.reject(interrupted),
    events: {
      execution: () => Promise.resolve(),
      update: (state: LoopState) => state,
    } as unknown as Loop['events'],
    breathe: () => Promise.resolve(),
  } satisfies Loop;
  const begin = startState({ methodId: 'm', seed: 1 }, loop);
  await expect(train(loop, begin, (state) => states.push(state))).rejects.toBe(interrupted);
  expect(states.at(-1)).toMatchObject({ step: 2, inEpoch: 2, epoch: 0 });
  expect(turns).toHaveLength(2);
  await expect(train(loop, states.at(-1)!, () => {})).rejects.toBe(interrupted);
  expect(turns).toHaveLength(2);
});

test.each([NaN, Infinity])('a loss of %f ends training and names the update', async (loss) => {
  const procedure: ProcedureBlock = {
    schema: z.unknown(),
    start: null,
    advance: (state) => ({
      state,
      values: { loss, gradientNorm: 1, terms: { reconstruction: 1, kl: 0 } },
      update: true,
    }),
    passed: (state) => ({ state }),
  };
  await expect(run({ losses: [], over: { procedure } })).rejects.toMatchObject({
    code: 'worker.not-finite',
    facts: { step: 1 },
  });
});
