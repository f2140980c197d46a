import type { Training } from '../../contract/blocks.ts';
import { methodById, type MethodConfig, type OptionValues } from '../../contract/methods/index.ts';
import {
  openEngine,
  philox,
  type BackendId,
  type Engine,
  type Parameter,
  type ParameterSpec,
} from '../tensor/index.ts';
import { cutBatches, feedsOf, predictedTokens } from '../text/batches.ts';
import { classesOf, splitFrom, type Split } from '../text/split.ts';
import { build } from './block.ts';
import { klWeights } from './kl-weights/index.ts';
import { buildModel, type Model } from './model.ts';
import type { ProcedureContext } from './procedures/index.ts';

/** A method at a size that trains in milliseconds. */
export function tinyConfig(methodId: string, options: OptionValues = {}): MethodConfig {
  const method = methodById(methodId);
  const tiny = {
    embedding: 6,
    hidden: 8,
    batch: 4,
    ...(method.latent && { latent: 3 }),
    ...('refinementSteps' in method.fields && { refinementSteps: 2 }),
  };
  return method.configure({ ...method.preset('quick', 'synthetic'), ...tiny, ...options });
}

export const TINY_VOCABULARY = 12;

/** Random sentences of 2 to 4 words. */
export function tinySplit(count = 24, seed = 1): Split {
  const random = philox(seed, 'tiny split');
  const word = (): number => 4 + random.integer(TINY_VOCABULARY - 4);
  return splitFrom(Array.from({ length: count }, () => Array.from({ length: 2 + random.integer(3) }, word)));
}

export async function tinyEngine(backend: BackendId, seed = 1): Promise<Engine> {
  return openEngine({ backend, seed, threads: 1 });
}

/** A model of a method, by itself over the tiny vocabulary. */
export function tinyModel(
  config: MethodConfig,
  engine: Pick<Engine, 'parameter'>,
  { vocabulary = TINY_VOCABULARY, split = { count: 0 } as Pick<Split, 'labels' | 'count'> } = {},
): Model {
  const klWeight = build(klWeights, config.blocks.klWeight, { updatesPerEpoch: 10 });
  return buildModel(
    { config, vocabulary, classes: classesOf(split), sentences: split.count, klWeight },
    engine,
  );
}

/** A model of a method in an engine, and what a procedure trains it with. */
export function tinyContext(
  engine: Engine,
  config: MethodConfig,
  { split = tinySplit(), seed = 1, training = {} as Partial<Training> } = {},
): ProcedureContext & { model: Model } {
  const batches = cutBatches(split, config.training.batch);
  return {
    model: tinyModel(config, engine, { split }),
    engine,
    training: { ...config.training, ...training },
    seed,
    batches: {
      count: batches.length,
      split,
      feed: (batch) => feedsOf(split, typeof batch === 'number' ? batches[batch]! : batch),
      words: (index) => predictedTokens(batches[index]!),
    },
  };
}

/** Gives every parameter values large enough for gradients to stand out of float32 rounding. */
export function roughen(engine: Engine, bound = 0.6): void {
  const random = philox(11, 'rough');
  engine.restore(
    new Map(
      engine.parameters.map(({ name, shape, size }) => [
        name,
        { shape, data: Float32Array.from({ length: size }, () => (2 * random.uniform() - 1) * bound) },
      ]),
    ),
  );
}

/** Stands in for an engine where only the parameters matter. */
export function declared(): { parameter(spec: ParameterSpec): Parameter; total(): number } {
  let total = 0;
  return {
    parameter: (spec) => {
      const size = spec.shape.reduce((a, b) => a * b, 1);
      total += size;
      return { ...spec, size };
    },
    total: () => total,
  };
}
