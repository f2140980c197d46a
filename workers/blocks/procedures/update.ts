import { counters } from '../../measure/counters.ts';
import {
  philox,
  tf,
  type Feeds,
  type FeedSpec,
  type OptimizerSpec,
  type Scalar,
  type Tensor,
  type Tensor1D,
} from '../../tensor/index.ts';
import type { Batch } from '../../text/batches.ts';
import type { Controls, Phase } from '../block.ts';
import { sentenceFeeds, sentencesOf } from '../sentences.ts';
import type { ProcedureContext, Turn, Values } from './procedure.ts';

/** Optimizer of the model itself; one name, so that every program of a run shares it. */
export const optimizer = 'main';

const rules: Record<'sgd' | 'adam', OptimizerSpec> = {
  sgd: { kind: 'sgd' },
  adam: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};

function ruleOf(name: 'sgd' | 'adam', weightDecay: number): OptimizerSpec {
  return name === 'sgd' && weightDecay > 0 ? { kind: 'sgd', weightDecay } : rules[name];
}

const rateOf = (own: NonNullable<Phase['rule']>['learningRate'], run: Scalar): Scalar | number =>
  typeof own === 'number' ? own : (tf.mul(own.ofTheRun, run) as Scalar);

interface Extras {
  /** Of plain SGD, the share of each parameter that an update of rate 1 takes away. */
  readonly weightDecay?: number;
  /** Keeps running averages of the parameters. */
  readonly averages?: boolean;
}

/**
 * One gradient of a phase's objective on a batch, clipped over all players of the model together, moving
 * `phase.groups` only: every other parameter stays bit-identical.
 */
export function updateOf(
  { model, engine, training, batches, seed }: ProcedureContext,
  phase: Phase,
  { weightDecay = 0, averages = false }: Extras = {},
) {
  /** Names of the terms, known once the body has run. */
  let names: readonly string[] = [];
  const controlFeeds: Record<string, FeedSpec> = {
    klWeight: { dtype: 'float32' },
    ...(model.gauges.length > 0 && { gauges: { dtype: 'float32' } }),
  };
  const controlsOf = (feeds: Readonly<Record<string, Tensor>>): Controls => ({
    klWeight: feeds['klWeight'] as Scalar,
    gauges: (feeds['gauges'] as Tensor1D | undefined) ?? null,
  });
  const second =
    phase.second &&
    engine.program<string, 'second'>({
      name: `second batch of ${phase.name}`,
      feeds: { ...sentenceFeeds(model), ...controlFeeds },
      body: (feeds, step) => ({ second: phase.second!(step, sentencesOf(feeds), controlsOf(feeds)) }),
    });
  const program = engine.program<string, 'values'>({
    name: `update ${phase.name}`,
    feeds: {
      ...sentenceFeeds(model),
      ...controlFeeds,
      ...(second && { second: { dtype: 'float32' } }),
      learningRate: { dtype: 'float32' },
      ...(averages && { averageShare: { dtype: 'float32' } }),
    },
    body: (feeds, step) => {
      const controls = controlsOf(feeds);
      const sentences = sentencesOf(feeds);
      const prepared = {
        ...phase.prepare?.(step, sentences, controls),
        ...(second && { second: feeds['second']! }),
      };
      const { loss, gradientNorm, also } = step.minimise(
        () => phase.objective(step, sentences, controls, prepared),
        phase.rule
          ? {
              groups: phase.groups,
              optimizer: phase.name,
              rule: phase.rule.optimizer,
              learningRate: rateOf(phase.rule.learningRate, feeds['learningRate'] as Scalar),
              ...(phase.rule.clip !== undefined && { clip: { norm: phase.rule.clip } }),
              ...(phase.rule.bound !== undefined && { bound: phase.rule.bound }),
            }
          : {
              groups: phase.groups,
              optimizer,
              rule: ruleOf(training.optimizer, weightDecay),
              learningRate: feeds['learningRate'] as Scalar,
              clip: { norm: training.clip, over: model.groups },
              ...(averages && { averageShare: feeds['averageShare'] as Scalar }),
            },
      );
      names = Object.keys(also);
      // One small array, so that a step reads back once.
      return { values: tf.stack([loss, gradientNorm, ...Object.values(also)]) };
    },
  });
  return (
    batch: number | Batch,
    { klWeight, gauges, learningRate, counter }: Turn,
    averageShare = 1,
  ): Values => {
    const controls: Feeds<string> = { klWeight };
    if (model.gauges.length > 0) {
      const data = Float32Array.from(model.gauges, ({ name }) => gauges[name]!);
      controls['gauges'] = { data, shape: [data.length] };
    }
    const fed: Feeds<string> = { ...batches.feed(batch), ...controls, learningRate };
    if (averages) fed['averageShare'] = averageShare;
    if (second) {
      // Drawn from the counter alone, so that there is nothing to save; a draw takes few of its eight words.
      const sentences = batches.feed(philox(seed, 'second batches', 8 * counter).integer(batches.count));
      const found = second.run({ ...sentences, ...controls }, { counter: counters.second + counter });
      const data = found.second as Float32Array;
      const rows = sentences.tokens.shape[1];
      fed['second'] = { data, shape: [rows, data.length / rows] };
    }
    const { values } = program.run(fed, { counter });
    const [loss, gradientNorm, ...terms] = values as unknown as number[];
    return {
      loss: loss!,
      gradientNorm: gradientNorm!,
      terms: Object.fromEntries(names.map((name, i) => [name, terms[i]!])),
    };
  };
}
