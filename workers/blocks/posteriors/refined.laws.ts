import { afterEach, describe, expect, test } from 'vitest';
import { evaluator } from '../../measure/evaluate.ts';
import { tf, type BackendId, type Engine, type Scalar, type Tensor2D } from '../../tensor/index.ts';
import { updateOf } from '../procedures/update.ts';
import { roughen, tinyConfig, tinyContext, tinyEngine, tinySplit } from '../testing.ts';
import { descend } from './refined.ts';

const turn = { visit: 0, klWeight: 0.7, gauges: {}, epoch: 0, learningRate: 1, counter: 5 };
const breathe = async (): Promise<void> => {};

/** What holds for refined posteriors on every backend. */
export function refinedLaws(backend: BackendId): void {
  describe(`refined posteriors on ${backend}`, () => {
    let engine: Engine;
    afterEach(() => engine.dispose());

    test('steps with momentum on a quadratic: 2, 1.4, .68, .116', async () => {
      engine = await tinyEngine(backend);
      const program = engine.program({
        name: 'quadratic',
        feeds: { start: { dtype: 'float32' } },
        body: ({ start }, step) => {
          // The log-variances stay where they are.
          const lossAt = ({ mean, logVariance }: Record<'mean' | 'logVariance', Tensor2D>): Scalar =>
            tf.add(tf.mul(0.15, tf.sum(tf.square(mean))), tf.mul(0, tf.sum(logVariance))) as Scalar;
          const from = { mean: start as Tensor2D, logVariance: tf.zerosLike(start) as Tensor2D };
          const path = descend(step, from, lossAt, { steps: 3, rate: 1, momentum: 0.5 }, 5);
          return { path: tf.concat(path.map(({ mean }) => mean)) };
        },
      });
      const { path } = program.run({ start: { data: Float32Array.of(2), shape: [1, 1] } }, { counter: 0 });
      [2, 1.4, 0.68, 0.116].forEach((value, k) => expect(path[k]).toBeCloseTo(value, 6));
    });

    /** Parameters after one update with learning rate 1 and no clipping. */
    const updated = async (methodId: string, options: Record<string, number> = {}) => {
      engine = await tinyEngine(backend);
      const config = tinyConfig(methodId, { dropoutIn: 0.2, dropoutOut: 0.2, ...options });
      const context = tinyContext(engine, config, { training: { clip: 1e9 } });
      roughen(engine, 0.4);
      const before = engine.snapshot();
      const update = updateOf(context, context.model.main);
      const values = update(0, turn);
      return { before, after: engine.snapshot(), values, update };
    };

    test('with no step it is the vae: the same loss to the last bit, the same gradients', async () => {
      const still = await updated('sa-vae', { refinementSteps: 0 });
      engine.dispose();
      const vae = await updated('vae');
      expect(still.values.loss).toBe(vae.values.loss);
      expect(still.values.terms).toEqual(vae.values.terms);
      for (const [name, { data }] of vae.after)
        data.forEach((value, i) => expect(still.after.get(name)!.data[i]).toBeCloseTo(value, 5));
    });

    test('the gradient through all steps is that of finite differences, noise and dropout frozen', async () => {
      const { before, after, update } = await updated('sa-vae', { refinementSteps: 3, refinementRate: 2 });
      for (const { name, size } of engine.parameters) {
        const was = before.get(name)!.data;
        const is = after.get(name)!.data;
        const gradient = Array.from({ length: size }, (_, i) => was[i]! - is[i]!);
        const i = gradient.reduce((best, g, at) => (Math.abs(g) > Math.abs(gradient[best]!) ? at : best), 0);
        const lossAt = (by: number): number => {
          const moved = new Map([...before].map(([key, v]) => [key, { ...v, data: v.data.slice() }]));
          moved.get(name)!.data[i]! += by;
          engine.restore(moved);
          return update(0, { ...turn, learningRate: 0 }).loss;
        };
        const difference = (lossAt(0.01) - lossAt(-0.01)) / 0.02;
        expect(Math.abs(difference - gradient[i]!) / Math.max(Math.abs(gradient[i]!), 0.05)).toBeLessThan(
          0.02,
        );
      }
    });

    test('svi has no encoder, and the other variants teach it without touching the decoder’s gradient', async () => {
      const svi = await updated('svi', { refinementSteps: 2 });
      expect(engine.parameters.every(({ group }) => group === 'decoder')).toBe(true);
      expect(Number.isFinite(svi.values.loss)).toBe(true);
      engine.dispose();
      const decoders: unknown[] = [];
      for (const methodId of ['vae-svi', 'vae-svi-kl']) {
        const { after } = await updated(methodId, { refinementSteps: 2 });
        decoders.push([...after].filter(([name]) => name.startsWith('decoder.')));
        if (methodId === 'vae-svi') engine.dispose();
      }
      expect(decoders[1]).toEqual(decoders[0]);
    });

    test('refinement lowers the loss, and its size does not depend on how many are measured together', async () => {
      const losses: number[] = [];
      for (const [refinementSteps, setSize] of [
        [0, 4],
        [6, 4],
        [6, 1],
      ] as const) {
        if (losses.length > 0) engine.dispose();
        engine = await tinyEngine(backend);
        const { model } = tinyContext(engine, tinyConfig('sa-vae', { refinementSteps }));
        roughen(engine, 0.8);
        const { loss } = await evaluator(model, engine, 8)(tinySplit(200), { setSize, breathe });
        losses.push(loss);
      }
      expect(losses[1]).toBeLessThan(losses[0]!);
      expect(Math.abs(losses[2]! - losses[1]!)).toBeLessThan(0.3 * (losses[0]! - losses[1]!));
    });
  });
}
