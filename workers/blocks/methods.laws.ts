import { afterEach, describe, expect, test } from 'vitest';
import { measureNames, measuresOf, type Measure } from '../../contract/methods/defined.ts';
import { decodingsOf } from '../measure/finish.ts';
import { measureTest } from '../measure/results.ts';
import { takeRows } from '../text/split.ts';
import { openEngine, philox, type BackendId, type Engine } from '../tensor/index.ts';
import { breathe, cases, numbersOf, phasesOf, tiny, titleOf, trainer } from './method-trainer.ts';
import { updateOf } from './procedures/update.ts';

const boundOf = (shape: readonly number[]): number =>
  Math.min(0.6, 2 / Math.sqrt(shape.length > 1 ? shape[0]! : 1));

/**
 * Values large enough for slopes to stand out of float32 rounding, yet no layer louder than the one before it. Units
 * of a second player get biases far from 0, so that none lies near its kink, where differences are no slopes.
 */
function loosen(engine: Engine): void {
  const random = philox(11, 'loose');
  const before = engine.snapshot();
  engine.restore(
    new Map(
      engine.parameters.map((parameter) => {
        const { name, shape, size, group } = parameter;
        // Measured, not trained: a scale stays one.
        if (group === 'fixed') return [name, before.get(name)!];
        const second = group === 'adversary';
        const bound = second ? boundOf(shape) / 2 : boundOf(shape);
        const data = Float32Array.from({ length: size }, () => (2 * random.uniform() - 1) * bound);
        if (second && shape.length === 1) data.forEach((value, i) => (data[i] = value < 0 ? -2 : 2));
        return [name, { shape, data }];
      }),
    ),
  );
}

/**
 * Phases that hold a gradient back on purpose, so that theirs is not the slope of the loss they report; each has
 * gradient checks of its own.
 */
const heldBack: ReadonlySet<string> = new Set([
  // The concentration learns from the KL alone; vmf.laws.ts checks what the reconstruction does to it.
  'vmf-vae-learned/model',
  // The encoder learns from a loss of its own, the decoder from codes that stand still (methods.md 3.25).
  'svi/model',
  'vae-svi/model',
  'vae-svi-kl/model',
]);

/** What holds for every method of the catalogue on every backend. */
export function methodLaws(backend: BackendId): void {
  describe.each(cases.map((each) => [titleOf(each), each] as const))(`%s on ${backend}`, (_, each) => {
    const { id } = each;
    const opened: Engine[] = [];
    const open = async (capture = true): Promise<Engine> => {
      const engine = await openEngine({ backend, seed: 1, threads: 1, capture });
      opened.push(engine);
      return engine;
    };
    afterEach(() => {
      for (const engine of opened.splice(0)) engine.dispose();
    });

    test('three updates are finite, and a graph gives the numbers of single operations', async () => {
      const engine = await open();
      const captured = await trainer(engine, each).updates(3);
      for (const value of captured.flatMap(numbersOf)) expect(value).toSatisfy(Number.isFinite);
      if (backend === 'wasm') return;
      for (const { state, program, reason } of engine.captures) {
        expect(state, `${program}: ${reason}`).toBe('graph');
      }
      const eager = await trainer(await open(false), each).updates(3);
      expect(eager).toHaveLength(captured.length);
      for (const [i, seen] of captured.entries()) {
        const single = numbersOf(eager[i]!);
        for (const [j, value] of numbersOf(seen).entries()) {
          const off = Math.abs(value - single[j]!) / Math.max(1, Math.abs(value));
          expect(off, `number ${j} of execution ${i}`).toBeLessThan(2e-4);
        }
      }
    });

    test('saved and loaded it goes on bit for bit and writes the same sentences', async () => {
      const first = trainer(await open(), each);
      await first.updates(3);
      const saved = first.save();
      const second = trainer(await open(), each);
      second.restore(saved);
      expect(await second.samples()).toEqual(await first.samples());
      expect(await second.updates(2)).toEqual(await first.updates(2));
      expect(second.save().state).toBe(first.save().state);
    });

    test('what a finished run has is what is declared as defined, each of them a number', async () => {
      const engine = await open();
      const { model, split } = trainer(engine, each);
      const settings = { importanceSamples: 3, importanceSentences: 2, samples: 4 };
      // The MMD is measured on sets of 32, more sentences than these are.
      const rows = Array.from({ length: 2 * split.count }, (_, i) => i % split.count);
      const results = await measureTest(model, engine, takeRows(split, rows), {
        hidden: 8,
        settings,
        breathe,
      });
      // The perplexities of samples are those of the set at temperature 1.
      const sampled = decodingsOf(model).some((d) => d.kind === 'temperature' && d.temperature === 1);
      const has = (measure: Measure): boolean =>
        measure === 'fppl' || measure === 'rppl' ? sampled : results[measure] != null;
      const defined = measuresOf(tiny(each).blocks);
      expect(measureNames.filter(has)).toEqual(defined);
      for (const value of Object.values(results))
        if (typeof value === 'number') expect(value).toSatisfy(Number.isFinite);
      const kind = model.posterior ? 'importance-weighted' : 'exact';
      expect(results.nllKind).toBe(defined.includes('nll') ? kind : 'undefined');
      expect(results.perplexity !== null).toBe(defined.includes('nll'));
      expect(results.miLarge !== null).toBe(defined.includes('mi'));
    });

    test('every phase moves its own players and leaves the others as they are, bit for bit', async () => {
      const engine = await open();
      const { context } = trainer(engine, each);
      loosen(engine);
      const gauges = Object.fromEntries(context.model.gauges.map(({ name, start }) => [name, start]));
      const turn = { visit: 0, klWeight: 0.7, gauges, epoch: 0, learningRate: 0.1, counter: 0 };
      for (const phase of phasesOf(each, context.model)) {
        const before = engine.snapshot();
        updateOf(context, phase)(context.batches.count - 1, turn);
        const after = engine.snapshot();
        const moved = new Set(
          engine.parameters
            .filter(
              ({ name }) =>
                !Buffer.from(before.get(name)!.data.buffer).equals(Buffer.from(after.get(name)!.data.buffer)),
            )
            .map(({ group }) => group),
        );
        expect([...moved].sort(), phase.name).toEqual([...phase.groups].sort());
      }
    });

    // The formulas are the same on every backend; the comparison of graphs above covers the other ones.
    test.runIf(backend === 'wasm')(
      'the gradient of every phase is that of finite differences, noise frozen',
      async () => {
        const engine = await open();
        const { context } = trainer(engine, each);
        loosen(engine);
        const gauges = Object.fromEntries(context.model.gauges.map(({ name, start }) => [name, start]));
        const turn = { visit: 0, klWeight: 0.7, gauges, epoch: 0, learningRate: 1, counter: 5 };
        const before = engine.snapshot();
        for (const phase of phasesOf(each, context.model)) {
          if (heldBack.has(`${id}/${phase.name}`)) continue;
          const free = { optimizer: { kind: 'sgd' }, clip: 1e9 } as const;
          const descend = updateOf(context, { ...phase, rule: { ...free, learningRate: 1 } });
          // Without a learning rate measuring leaves the parameters where they are.
          const measure = updateOf(context, { ...phase, rule: { ...free, learningRate: 0 } });
          engine.restore(before);
          const loss = Math.abs(descend(0, turn).loss);
          const after = engine.snapshot();
          const lossAt = (name: string, i: number, by: number): number => {
            const moved = new Map(before);
            const { shape, data } = before.get(name)!;
            moved.set(name, { shape, data: data.map((value, at) => (at === i ? value + by : value)) });
            engine.restore(moved);
            return measure(0, turn).loss;
          };
          const difference = (name: string, i: number, by: number): number =>
            (lossAt(name, i, by) - lossAt(name, i, -by)) / (2 * by);
          for (const { name, size, group, shape } of engine.parameters) {
            if (!phase.groups.includes(group)) continue;
            const gradient = Array.from(
              { length: size },
              (_, i) => before.get(name)!.data[i]! - after.get(name)!.data[i]!,
            );
            const i = gradient.reduce(
              (best, g, at) => (Math.abs(g) > Math.abs(gradient[best]!) ? at : best),
              0,
            );
            // Two steps, so that the cubic part of the error cancels.
            const by = 0.01 * boundOf(shape);
            const slope = (4 * difference(name, i, by) - difference(name, i, 2 * by)) / 3;
            const gap = Math.abs(slope - gradient[i]!);
            // One part in a hundred, and what float32 rounds off a loss of this size.
            const allowed = 0.01 * Math.max(Math.abs(gradient[i]!), 0.05) + (2 ** -22 * loss) / by;
            expect(gap, `${phase.name}, ${name} ${i}: ${slope} for ${gradient[i]}`).toBeLessThan(allowed);
          }
        }
      },
      60_000,
    );
  });
}
