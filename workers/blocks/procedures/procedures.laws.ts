import { afterEach, describe, expect, test } from 'vitest';
import type { BackendId, Engine, Group } from '../../tensor/index.ts';
import { tinyConfig, tinyContext, tinyEngine } from '../testing.ts';
import { aggressive, type AggressiveState } from './aggressive.ts';
import { joint } from './joint.ts';
import type { Execution, ProcedureBlock } from './procedure.ts';

const window = 3;
const maxInner = 20;
const turn = (counter: number, visit = 0) => ({
  visit,
  klWeight: 1,
  gauges: {},
  epoch: 0,
  learningRate: 1,
  counter,
});

/** What holds for the procedures on every backend. */
export function procedureLaws(backend: BackendId): void {
  describe(`procedures on ${backend}`, () => {
    let engine: Engine;
    afterEach(() => engine.dispose());

    const open = async () => {
      engine = await tinyEngine(backend);
      return tinyContext(engine, tinyConfig('lagging'));
    };
    const bytesOf = (group: Group): string => {
      const values = engine.snapshot();
      return engine.parameters
        .filter((parameter) => parameter.group === group)
        .map(({ name }) => Buffer.from(values.get(name)!.data.buffer).toString('base64'))
        .join();
    };

    test('inner steps move the encoder alone, the step after them the decoder alone, bit for bit', async () => {
      const procedure = aggressive({ kind: 'aggressive', window, maxInner }, await open());
      let state: AggressiveState = procedure.start;
      let updates = 0;
      for (let counter = 0; updates < 2; counter++) {
        const [encoder, decoder] = [bytesOf('encoder'), bytesOf('decoder')];
        const execution: Execution<AggressiveState> = procedure.advance(state, turn(counter, updates));
        expect(bytesOf('encoder') === encoder).toBe(execution.update);
        expect(bytesOf('decoder') === decoder).toBe(!execution.update);
        state = execution.state;
        if (execution.update) updates++;
      }
    });

    test('the inner loop ends with the first window that is worse a token than the one before it', async () => {
      const context = await open();
      const procedure = aggressive({ kind: 'aggressive', window, maxInner }, context);
      let state: AggressiveState = procedure.start;
      const inner: { loss: number; words: number }[] = [];
      for (let counter = 0; ; counter++) {
        const batch = state.inner?.batch ?? 0;
        const rows = context.batches.feed(batch).tokens.shape[1];
        const { state: after, values, update } = procedure.advance(state, turn(counter));
        state = after;
        if (update) break;
        inner.push({ loss: values.loss * rows, words: context.batches.words(batch) });
      }
      // The rule anew: loss per token of each whole window, ended by a rise or by the limit (19 steps for 20).
      let expected = 0;
      let previous = 1e4;
      for (expected = 1; expected < maxInner; expected++) {
        if (expected % window !== 0) continue;
        const last = inner.slice(expected - window, expected);
        const sum = (key: 'loss' | 'words'): number => last.reduce((total, each) => total + each[key], 0);
        const current = sum('loss') / sum('words');
        if (current > previous) break;
        previous = current;
      }
      expect(inner).toHaveLength(Math.min(expected, maxInner - 1));
      expect(inner.length).toBeGreaterThanOrEqual(2 * window);
    });

    test('the limit ends the inner loop one step before it', async () => {
      const procedure = aggressive({ kind: 'aggressive', window: 100, maxInner: 5 }, await open());
      let state: AggressiveState = procedure.start;
      const updates: boolean[] = [];
      for (let counter = 0; counter < 10; counter++) {
        const execution = procedure.advance(state, turn(counter));
        state = execution.state;
        updates.push(execution.update);
      }
      const once = [false, false, false, false, true];
      expect(updates).toEqual([...once, ...once]);
    });

    test('the flag falls with the mutual information and never rises again', async () => {
      const procedure = aggressive({ kind: 'aggressive', window, maxInner }, await open());
      let state: AggressiveState = procedure.start;
      const flags = [0.5, 0.5, 1.2, 1.1, 5, 9].map((mi) => {
        const after = procedure.passed(state, { mi });
        state = after.state;
        return [state.aggressive, after.says !== undefined];
      });
      expect(flags).toEqual([
        [true, false],
        [true, false],
        [true, false],
        [false, true],
        [false, false],
        [false, false],
      ]);
    });

    test('switched off from the start it is joint training, bit for bit', async () => {
      const train = async <S>(
        build: (context: Awaited<ReturnType<typeof open>>) => ProcedureBlock<S>,
        start: (procedure: ProcedureBlock<S>) => S,
      ) => {
        const context = await open();
        const procedure = build(context);
        let state = start(procedure);
        const losses: number[] = [];
        for (let counter = 0; counter < 8; counter++) {
          const execution = procedure.advance(state, turn(counter, counter % context.batches.count));
          state = execution.state;
          losses.push(execution.values.loss);
        }
        return { losses, weights: bytesOf('encoder') + bytesOf('decoder') };
      };
      const off = await train(
        (context) => aggressive({ kind: 'aggressive', window, maxInner }, context),
        ({ start }) => ({ ...start, aggressive: false }),
      );
      engine.dispose();
      expect(await train(joint, ({ start }) => start)).toEqual(off);
    });

    test('a state saved in the middle of an inner loop goes on like the one that was not', async () => {
      const procedure = aggressive({ kind: 'aggressive', window, maxInner }, await open());
      let state: AggressiveState = procedure.start;
      for (let counter = 0; counter < 4; counter++) state = procedure.advance(state, turn(counter)).state;
      expect(state.inner).not.toBeNull();
      const values = engine.snapshot();
      const going = (from: AggressiveState): unknown[] => {
        const out: unknown[] = [];
        for (let counter = 4; counter < 30; counter++) {
          const execution = procedure.advance(from, turn(counter));
          from = execution.state;
          out.push(execution);
        }
        return out;
      };
      const first = going(state);
      engine.restore(values);
      expect(going(procedure.schema.parse(JSON.parse(JSON.stringify(state))))).toEqual(first);
    });
  });
}
