import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fits } from '../../../contract/fits.ts';
import { methodById } from '../../../contract/methods/index.ts';
import { toldLabel } from '../../../contract/told-label.ts';
import { tf, type Engine, type Tensor2D } from '../../tensor/index.ts';
import type { Phase } from '../block.ts';
import { updateOf } from '../procedures/update.ts';
import { sentencesOf } from '../sentences.ts';
import { tinyEngine } from '../testing.ts';
import { gradientPenalty } from './critic.ts';
import { liven, tinyGame } from './testing.ts';

let engine: Engine;
beforeEach(async () => {
  engine = await tinyEngine('wasm');
});
afterEach(() => engine.dispose());

const turn = { visit: 0, klWeight: 0, gauges: { codeNoise: 0.05 }, epoch: 0, learningRate: 1, counter: 2 };
const namesOf = (phases: readonly Phase[]): string[] => phases.map(({ name }) => name);

test('E10: the linear critic (.3, -.4, 1.2) has slope 1.3 everywhere and pays .09', () => {
  const program = engine.program({
    name: 'linear',
    feeds: {},
    body: (_, step) => {
      const weights = tf.tensor2d([[0.3], [-0.4], [1.2]]);
      const [real, fake] = [tf.fill([5, 3], 0.7), tf.fill([5, 3], -2)] as [Tensor2D, Tensor2D];
      return { penalty: gradientPenalty(step, (x) => tf.matMul(x, weights) as Tensor2D, real, fake) };
    },
  });
  expect(program.run({}, { counter: 0 }).penalty[0]).toBeCloseTo(0.09, 6);
});

test('the penalty looks between real and fake codes: |slope| - 1 of x² on the way from 2 to 3', () => {
  const program = engine.program({
    name: 'square',
    feeds: {},
    body: (_, step) => {
      const [real, fake] = [tf.fill([4000, 1], 2), tf.fill([4000, 1], 3)] as [Tensor2D, Tensor2D];
      return { penalty: gradientPenalty(step, (x) => tf.square(x) as Tensor2D, real, fake) };
    },
  });
  // Slope 2x, x uniform on [2, 3]: the mean of (2x - 1)² is 49/3 for the ends 3 and 5: (125 - 27) / 6.
  expect(program.run({}, { counter: 0 }).penalty[0]).toBeCloseTo((125 - 27) / 6, 0);
});

describe('a cycle', () => {
  test('is one update of the model, then five of the critic, one of the encoder, one of the generator', () => {
    const { model } = tinyGame(engine, 'arae');
    const round = [...Array<string>(5).fill('critic'), 'encoderCritic', 'generator'];
    expect(namesOf(model.cycle(0))).toEqual(['model', ...round]);
    expect(namesOf(model.cycle(40))).toEqual(['model', ...round]);
    const [main, ...rest] = model.cycle(0);
    expect(main!.batch).toBe('visited');
    expect(new Set(rest.map(({ batch }) => batch))).toEqual(new Set(['random']));
  });

  test('gets one more round at the epochs 2, 4 and 6 of the schedule', () => {
    const { model } = tinyGame(engine, 'arae', { rounds: '2-4-6', criticUpdates: 3 });
    const rounds = [0, 1, 2, 3, 4, 5, 6, 14].map((epoch) => {
      const names = namesOf(model.cycle(epoch));
      expect(names.filter((name) => name === 'critic')).toHaveLength(
        3 * names.filter((name) => name === 'generator').length,
      );
      return names.filter((name) => name === 'generator').length;
    });
    expect(rounds).toEqual([1, 2, 2, 3, 3, 4, 4, 4]);
  });
});

describe('with a label', () => {
  const named = (game: ReturnType<typeof tinyGame>, name: string): Phase =>
    game.model.cycle(0).find((phase) => phase.name === name)!;
  /** Parameters of the adversary that an update of a phase changes. */
  const changedBy = (game: ReturnType<typeof tinyGame>, name: string): string[] => {
    const before = engine.snapshot();
    updateOf(game, named(game, name))(1, turn);
    const after = engine.snapshot();
    engine.restore(before);
    return engine.parameters
      .map((parameter) => parameter.name)
      .filter((each) => each.startsWith('adversary.'))
      .filter((each) => before.get(each)!.data.some((x, i) => x !== after.get(each)!.data[i]));
  };

  test('classifier and encoder move once before the rounds, on random batches', () => {
    const { model } = tinyGame(engine, 'arae', { transfer: 'label', criticUpdates: 2, rounds: '2-4-6' });
    const round = ['critic', 'critic', 'encoderCritic', 'generator'];
    const hiding = ['labelDiscriminator', 'labelAdversary'];
    expect(namesOf(model.cycle(0))).toEqual(['model', ...hiding, ...round]);
    expect(namesOf(model.cycle(2))).toEqual(['model', ...hiding, ...round, ...round]);
    expect(model.cycle(0)[1]!.batch).toBe('random');
    expect(model.cycle(0)[2]!.batch).toBe('random');
  });

  test('critic and classifier leave each other as they are', () => {
    const game = tinyGame(engine, 'arae', { transfer: 'label', lipschitz: 'clip' });
    liven(engine);
    const [classifier, critic] = [changedBy(game, 'labelDiscriminator'), changedBy(game, 'critic')];
    expect(classifier.length).toBeGreaterThan(0);
    expect(classifier.every((name) => name.startsWith('adversary.classifier.'))).toBe(true);
    expect(critic.length).toBeGreaterThan(0);
    expect(critic.every((name) => name.startsWith('adversary.critic.'))).toBe(true);
  });

  test('where the classifier is at chance both losses are log C, the encoder’s times its weight', () => {
    const labelWeight = 0.4;
    const game = tinyGame(engine, 'arae', { transfer: 'label', labelWeight });
    const zeroed = [...engine.snapshot()].map(([name, value]) => [
      name,
      name.startsWith('adversary.') ? { ...value, data: value.data.map(() => 0) } : value,
    ]);
    engine.restore(new Map(zeroed as never));
    const { count } = game.model.classes[0]!;
    const learning = updateOf(game, named(game, 'labelDiscriminator'))(1, turn).loss;
    engine.restore(new Map(zeroed as never));
    const hiding = updateOf(game, named(game, 'labelAdversary'))(1, turn).loss;
    expect(learning).toBeCloseTo(Math.log(count), 5);
    expect(hiding).toBeCloseTo(labelWeight * Math.log(count), 5);
  });

  test('it is told to the decoder, as a method that rewrites; without it no label is read', () => {
    const arae = methodById('arae');
    const blocks = (transfer: string) =>
      arae.configure({ ...arae.preset('quick', 'text'), transfer, labelColumn: 2 }).blocks;
    expect(toldLabel(blocks('label'))).toEqual({ index: 0, column: 1, encoder: false });
    expect(fits(blocks('label'))).toEqual([]);
    expect(toldLabel(blocks('none'))).toBeNull();
    expect(blocks('none').labels).toEqual([]);
  });
});

test('clipped, every weight of the critic lies within the bound after each of its updates', () => {
  const game = tinyGame(engine, 'arae', { lipschitz: 'clip', criticRate: 0.1 });
  const critic = game.model.cycle(0).find(({ name }) => name === 'critic')!;
  const update = updateOf(game, critic);
  for (let counter = 0; counter < 3; counter++) {
    update(counter, { ...turn, counter });
    let largest = 0;
    for (const { name, group } of engine.parameters) {
      const { data } = engine.snapshot().get(name)!;
      if (group === 'adversary') for (const x of data) largest = Math.max(largest, Math.abs(x));
    }
    expect(largest).toBeLessThanOrEqual(Math.fround(0.01));
    expect(largest).toBeGreaterThan(0.00999);
  }
});

test('the critic reaches the encoder with the opposite sign, scaled', () => {
  const encoderScale = 0.25;
  const game = tinyGame(engine, 'arae', { lipschitz: 'clip', encoderScale });
  liven(engine);
  const before = engine.snapshot();
  const named = (name: string): Phase => game.model.cycle(0).find((phase) => phase.name === name)!;
  // Plain descent of the encoder on each loss: it moves by the negative gradient.
  const free = { optimizer: { kind: 'sgd' }, learningRate: 1 } as const;
  const movedBy = (phase: Phase): number[] => {
    engine.restore(before);
    updateOf(game, { ...phase, groups: ['encoder'], rule: free })(1, turn);
    return engine.parameters
      .filter(({ group }) => group === 'encoder')
      .flatMap(({ name }) => {
        const was = before.get(name)!.data;
        return [...engine.snapshot().get(name)!.data].map((x, i) => x - was[i]!);
      });
  };
  const critic = movedBy(named('critic'));
  const encoder = movedBy(named('encoderCritic'));
  expect(Math.max(...encoder.map(Math.abs))).toBeGreaterThan(1e-3);
  encoder.forEach((x, i) => expect(x).toBeCloseTo(-encoderScale * critic[i]!, 5));
});

describe('codes', () => {
  const codes = (withControls: boolean, codeNoise = 0.5) => {
    const game = tinyGame(engine, 'arae');
    const program = engine.program<string, 'sample' | 'mean'>({
      name: 'codes',
      feeds: { tokens: { dtype: 'int32' }, gauges: { dtype: 'float32' } },
      body: (feeds, step) => {
        const posterior = game.model.posterior!;
        const belief = posterior.infer(step, sentencesOf(feeds));
        const controls = { klWeight: tf.scalar(0), gauges: feeds['gauges'] as never };
        return {
          sample: posterior.sample(step, belief, withControls ? controls : undefined),
          mean: tf.clone(posterior.mean(belief)),
        };
      },
    });
    const tokens = game.batches.feed(1).tokens;
    const gauges = { data: Float32Array.of(codeNoise), shape: [1] };
    const { sample, mean } = program.run({ tokens, gauges }, { counter: 1 });
    return { sample: [...sample], mean: [...mean], rows: tokens.shape[1], dim: 3 };
  };

  test('have length 1 and no noise in measurements', () => {
    const { sample, mean, rows, dim } = codes(false);
    for (let row = 0; row < rows; row++) {
      expect(Math.hypot(...mean.slice(row * dim, (row + 1) * dim))).toBeCloseTo(1, 6);
    }
    expect(sample).toEqual(mean);
  });

  test('carry noise of the gauge where they are decoded in training', () => {
    const off = ({ sample, mean }: ReturnType<typeof codes>) => sample.map((x, i) => x - mean[i]!);
    const wide = off(codes(true, 0.5));
    engine.dispose();
    return tinyEngine('wasm').then((fresh) => {
      engine = fresh;
      const narrow = off(codes(true, 0.05));
      expect(Math.max(...wide.map(Math.abs))).toBeGreaterThan(0.1);
      wide.forEach((x, i) => expect(narrow[i]).toBeCloseTo(x / 10, 5));
    });
  });
});

test('the noise fades by its factor every 100 updates: r0 a^(n / 100, rounded down)', () => {
  const { start, next } = tinyGame(engine, 'arae', { codeNoise: 0.2, noiseDecay: 0.995 }).model.gauges[0]!;
  const at = (t: number): number => next(NaN, { t, updatesPerEpoch: 10, terms: {} });
  expect(start).toBe(0.2);
  expect(at(99)).toBe(0.2);
  expect(at(100)).toBeCloseTo(0.2 * 0.995, 12);
  expect(at(199)).toBe(at(100));
  expect(at(1234)).toBeCloseTo(0.2 * 0.995 ** 12, 12);
});

test('the model’s loss is a mean over words and sentence ends, its curve stays per sentence', () => {
  const game = tinyGame(engine, 'arae');
  for (const batch of [0, game.batches.count - 1]) {
    const [time] = game.batches.feed(batch).tokens.shape;
    const { loss, terms } = updateOf(game, game.model.main)(batch, turn);
    expect(loss).toBeCloseTo(terms.reconstruction! / (time - 1), 5);
  }
});

test('the decoder starts from zeros', () => {
  const { model } = tinyGame(engine, 'arae');
  liven(engine);
  const program = engine.program({
    name: 'begin',
    feeds: {},
    body: (_, step) =>
      ({ ...model.decoder.begin(tf.fill([2, 3], 1), 2, step) }) as { h: Tensor2D; c: Tensor2D },
  });
  const { h, c } = program.run({}, { counter: 0 });
  expect(new Set([...h, ...c])).toEqual(new Set([0]));
});

test('KL, mutual information and active units are not defined for it', () => {
  expect(methodById('arae').measures).toEqual(['reconstruction', 'mmd', 'fppl', 'rppl']);
  expect(methodById('fader').measures).toEqual(['reconstruction', 'au']);
});
