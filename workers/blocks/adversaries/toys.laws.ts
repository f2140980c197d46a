import { afterEach, describe, expect, test } from 'vitest';
import {
  tf,
  type BackendId,
  type Engine,
  type Program,
  type Scalar,
  type Step,
  type Tensor2D,
} from '../../tensor/index.ts';
import type { BlockContext, Opponent, Phase, PosteriorBlock, View } from '../block.ts';
import { standardNormal } from '../priors/standard-normal.ts';
import { tinyEngine } from '../testing.ts';
import { densityRatio } from './density-ratio.ts';
import { jensenShannon } from './jensen-shannon.ts';

/** Games in one or two dimensions, whose ends are known. */
export function toyLaws(backend: BackendId): void {
  describe(`toy games on ${backend}`, () => {
    let engine: Engine;
    afterEach(() => engine.dispose());

    const contextOf = (latent: number): BlockContext => ({
      architecture: { embedding: 0, hidden: 0, dropoutIn: 0, dropoutOut: 0 },
      vocabulary: 0,
      sentences: 0,
      latent,
      read: latent,
      classes: [],
      tellEncoder: null,
      told: 0,
      firstEpochs: 0,
      parameter: (spec) => engine.parameter(spec),
      nll: () => tf.zeros([0]),
      gauge: () => () => tf.scalar(0),
    });
    const sentences = { tokens: null as unknown as Tensor2D, labels: null };
    const controls = { klWeight: null as unknown as Scalar, gauges: null };
    /** A program that makes one update of a phase, without sentences. */
    const programOf = (
      { name, groups, objective }: Phase,
      rule: Phase['rule'],
      second?: (step: Step) => Tensor2D,
    ): Program<never, 'loss'> =>
      engine.program<never, 'loss'>({
        name,
        feeds: {},
        body: (_, step) => ({
          loss: step.minimise(
            () => objective(step, sentences, controls, second ? { second: second(step) } : {}),
            {
              groups,
              optimizer: name,
              rule: rule!.optimizer,
              learningRate: rule!.learningRate as number,
            },
          ).loss,
        }),
      });

    test('a linear encoder in one dimension ends with the mean and variance of the prior: 0 and 1', async () => {
      engine = await tinyEngine(backend, 4);
      const context = contextOf(1);
      const scale = engine.parameter({
        name: 'scale',
        group: 'encoder',
        shape: [],
        init: { kind: 'constant', value: 0.4 },
      });
      const shift = engine.parameter({
        name: 'shift',
        group: 'encoder',
        shape: [],
        init: { kind: 'constant', value: 2 },
      });
      // Data x of N(0, 1), so that the code scale x + shift has variance scale² and mean shift.
      const codes = (step: Step): Tensor2D =>
        tf.add(tf.mul(step.read(scale) as Scalar, step.normal('data', [96, 1])), step.read(shift) as Scalar);
      const block = jensenShannon(
        { kind: 'jensenShannon', weight: 1, joint: false, learningRate: 0.002 },
        context,
      );
      const opponent = {
        posterior: {} as PosteriorBlock,
        prior: standardNormal(context),
        decoder: {} as Opponent['decoder'],
        main: {} as Phase,
        codes,
      };
      const [, discriminator, encoder] = block.cycle(opponent)(0);
      // Plain descent of the encoder against a quick discriminator: the two do not circle around the end.
      const descent = { optimizer: { kind: 'sgd' }, learningRate: 0.03 } as const;
      const play = [programOf(discriminator!, discriminator!.rule), programOf(encoder!, descent)];
      const means = { shift: 0, variance: 0, loss: 0 };
      const [updates, last] = [700, 250];
      for (let t = 0; t < updates; t++) {
        const [first] = play.map((program, i) => program.run({}, { counter: 2 * t + i }).loss[0]!);
        if (t < updates - last) continue;
        const values = engine.snapshot();
        means.shift += values.get('shift')!.data[0]! / last;
        means.variance += values.get('scale')!.data[0]! ** 2 / last;
        means.loss += first! / last;
      }
      // Two players circle around the end; their average over the last updates is close to it.
      expect(Math.abs(means.shift)).toBeLessThan(0.1);
      expect(Math.abs(means.variance - 1)).toBeLessThan(0.15);
      expect(Math.abs(means.loss - 2 * Math.LN2)).toBeLessThan(0.03);
    });

    test.each([
      [0.8, 0.5108256238, 0.06],
      [0, 0, 0.03],
    ])(
      'a trained density ratio finds the total correlation of two coordinates with correlation %d: %d',
      async (correlation, expected, tolerance) => {
        engine = await tinyEngine(backend, 5);
        const context = contextOf(2);
        // Rows of N(0, R): the second coordinate is correlation times the first and noise.
        const codesFor =
          (purpose: string) =>
          (step: Step): Tensor2D => {
            const [a, b] = tf.split(step.normal(purpose, [128, 2]), 2, 1) as [Tensor2D, Tensor2D];
            const other = tf.add(tf.mul(correlation, a), tf.mul(Math.sqrt(1 - correlation ** 2), b));
            return tf.concat([a, other as Tensor2D], 1);
          };
        const block = densityRatio({ kind: 'densityRatio', weight: 1, learningRate: 0.001 }, context);
        const [, discriminator] = block.cycle({
          posterior: {} as PosteriorBlock,
          prior: null,
          decoder: {} as Opponent['decoder'],
          main: {} as Phase,
          codes: codesFor('codes'),
        })(0);
        const { rule } = discriminator!;
        const train = programOf(discriminator!, rule, codesFor('second'));
        const calm = { optimizer: rule!.optimizer, learningRate: 0.0001 };
        const settle = programOf(discriminator!, calm, codesFor('second'));
        for (let t = 0; t < 200; t++) train.run({}, { counter: t });
        for (let t = 200; t < 280; t++) settle.run({}, { counter: t });
        const measure = engine.program<never, 'found'>({
          name: 'measure',
          feeds: {},
          body: (_, step) => ({
            found: block.term!.term(step, { z: codesFor('fresh')(step) } as View),
          }),
        });
        let found = 0;
        for (let t = 0; t < 40; t++) found += measure.run({}, { counter: t }).found[0]! / 40;
        expect(Math.abs(found - expected)).toBeLessThan(tolerance);
      },
    );
  });
}
