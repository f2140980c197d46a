import type { MethodConfig, OptionValues } from '../../../contract/methods/index.ts';
import { philox, type Engine } from '../../tensor/index.ts';
import type { Split } from '../../text/split.ts';
import { tinyConfig, tinyContext, tinySplit } from '../testing.ts';

/** A tiny split whose sentences bear, in `columns` columns, one of `classes` classes each. */
export function labelledSplit(columns: number, classes = 3): Split {
  const split = tinySplit();
  if (columns === 0) return split;
  const random = philox(3, 'tiny labels');
  const labels = Array.from({ length: columns }, () =>
    // The first sentences bear each class once, so that none is missing.
    Int32Array.from({ length: split.count }, (_, i) => (i < classes ? i : random.integer(classes))),
  );
  return { ...split, labels };
}

/** A method with a second player over tiny sentences, labelled where it needs that. */
export function tinyGame(engine: Engine, methodId: string, options: OptionValues = {}) {
  const config: MethodConfig = tinyConfig(methodId, options);
  const split = labelledSplit(config.blocks.labels.length);
  return tinyContext(engine, config, { split });
}

/**
 * Values at which gradients stand out of float32 rounding. Hidden units of the second player are given biases of 2 or
 * -2 and inputs that hardly reach them, so that none lies near its kink, where differences are no slopes.
 */
export function liven(engine: Engine): void {
  const random = philox(17, 'lively');
  const between = (bound: number): number => (2 * random.uniform() - 1) * bound;
  engine.restore(
    new Map(
      engine.parameters.map(({ name, shape, size, group }) => {
        const second = group === 'adversary' || group === 'prior';
        const value = (): number => {
          if (!second) return between(0.6);
          if (shape.length === 1) return random.uniform() < 0.5 ? 2 : -2;
          return between(Math.sqrt(0.75 / shape[0]!));
        };
        return [name, { shape, data: Float32Array.from({ length: size }, value) }];
      }),
    ),
  );
}
