import { afterEach, describe, expect, test } from 'vitest';
import type { OptionValues } from '../../../contract/methods/index.ts';
import type { BackendId, Engine, Group } from '../../tensor/index.ts';
import type { Phase } from '../block.ts';
import { alternating, type AlternatingState } from '../procedures/alternating.ts';
import type { Turn } from '../procedures/index.ts';
import { updateOf } from '../procedures/update.ts';
import { tinyEngine } from '../testing.ts';
import { liven, tinyGame } from './testing.ts';

/** Methods with a second player: what each phase moves, in the order of a cycle. */
const games: readonly [string, OptionValues, readonly (readonly [string, readonly Group[]])[]][] = [
  [
    'aae',
    { latent: 1, weight: 5 },
    [
      ['model', ['encoder', 'decoder']],
      ['discriminator', ['adversary']],
      ['encoderAdversary', ['encoder']],
    ],
  ],
  [
    'wae-gan',
    { weight: 5 },
    [
      ['discriminator', ['adversary']],
      ['model', ['encoder', 'decoder']],
    ],
  ],
  [
    'pixelgan-ae',
    {},
    [
      ['model', ['encoder', 'decoder']],
      ['discriminator', ['adversary']],
      ['encoderAdversary', ['encoder']],
    ],
  ],
  [
    'vdb',
    { weight: 5 },
    [
      ['discriminator', ['adversary']],
      ['model', ['encoder', 'decoder']],
    ],
  ],
  [
    'factor-vae',
    {},
    [
      ['model', ['encoder', 'decoder']],
      ['discriminator', ['adversary']],
    ],
  ],
  [
    'fader',
    {},
    [
      ['labelDiscriminator', ['adversary']],
      ['model', ['decoder', 'encoder']],
    ],
  ],
  [
    'arae',
    {},
    [
      ['model', ['encoder', 'decoder']],
      ['critic', ['adversary']],
      ['encoderCritic', ['encoder']],
      ['generator', ['prior']],
    ],
  ],
  [
    'arae',
    { lipschitz: 'clip', rounds: '2-4-6' },
    [
      ['model', ['encoder', 'decoder']],
      ['critic', ['adversary']],
      ['encoderCritic', ['encoder']],
      ['generator', ['prior']],
    ],
  ],
  [
    'arae',
    { transfer: 'label' },
    [
      ['model', ['decoder', 'encoder']],
      ['labelDiscriminator', ['adversary']],
      ['labelAdversary', ['encoder']],
      ['critic', ['adversary']],
      ['encoderCritic', ['encoder']],
      ['generator', ['prior']],
    ],
  ],
];

/**
 * What holds for every method with a second player on every backend, beside the laws of all methods (methods.laws.ts,
 * finite differences of every phase among them).
 */
export function adversaryLaws(backend: BackendId): void {
  describe.each(games)(`%s %j on ${backend}`, (methodId, options, expected) => {
    let engine: Engine;
    afterEach(() => engine.dispose());
    const open = async () => {
      engine = await tinyEngine(backend);
      return tinyGame(engine, methodId, options);
    };
    const turnFor = (game: Awaited<ReturnType<typeof open>>, counter: number): Turn => ({
      visit: counter % game.batches.count,
      klWeight: 0.7,
      gauges: Object.fromEntries(game.model.gauges.map(({ name }, i) => [name, 0.3 + 0.2 * i])),
      epoch: 0,
      learningRate: 0.5,
      counter,
    });
    /** The phases of a cycle, each once. */
    const phasesOf = (game: Awaited<ReturnType<typeof open>>): Phase[] => [
      ...new Map(game.model.cycle(0).map((phase) => [phase.name, phase])).values(),
    ];
    const bytes = (name: string): string =>
      Buffer.from(engine.snapshot().get(name)!.data.buffer).toString('hex');

    test('each phase moves its own players and leaves every other parameter as it was, bit for bit', async () => {
      const game = await open();
      liven(engine);
      const seen: [string, Group[]][] = [];
      const start = engine.snapshot();
      for (const phase of phasesOf(game)) {
        engine.restore(start);
        const before = new Map(engine.parameters.map(({ name }) => [name, bytes(name)]));
        updateOf(game, phase)(1, turnFor(game, 3));
        const moved = new Set<Group>();
        for (const { name, group } of engine.parameters) {
          if (bytes(name) !== before.get(name)) moved.add(group);
        }
        seen.push([phase.name, [...moved]]);
      }
      expect(seen).toEqual(expected);
    });

    test('a procedure saved in the middle of a cycle goes on like the one that was not', async () => {
      const game = await open();
      const procedure = alternating(game);
      const start: AlternatingState = procedure.start;
      const { state } = procedure.advance(start, turnFor(game, 0));
      expect(state.at).toBe(1);
      expect(state.values).not.toBeNull();
      const values = engine.snapshot();
      const going = (from: AlternatingState) => {
        const out = [];
        for (let counter = 1; counter < 3 * expected.length; counter++) {
          const execution = procedure.advance(from, turnFor(game, counter));
          from = execution.state;
          out.push(execution);
        }
        return [out, [...engine.snapshot()]];
      };
      const first = going(state);
      engine.restore(values);
      expect(going(procedure.schema.parse(JSON.parse(JSON.stringify(state))))).toEqual(first);
    });
  });
}
