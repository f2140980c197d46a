import type { Adversary } from '../../../contract/blocks.ts';
import { tf, type OptimizerSpec, type Scalar, type Step, type Tensor2D } from '../../tensor/index.ts';
import type { AdversaryBlock, BlockContext, Phase, Sentences } from '../block.ts';
import { network } from '../network.ts';
import { trainingCodes } from '../priors/draw.ts';
import { adversaryAdam } from './jensen-shannon.ts';
import { labelClassifier } from './label-classifier.ts';

/** Codes of the generator in a batch, at least: a few sentences of one length make poor means and variances. */
const FAKES = 32;

/**
 * Mean of (|gradient of f at a row| - 1)² over rows on the straight lines between real and fake ones (Gulrajani et
 * al. 2017); `f` must be made of operations whose gradients are right to the second order (methods.md E16).
 */
export function gradientPenalty(
  step: Step,
  f: (x: Tensor2D) => Tensor2D,
  real: Tensor2D,
  fake: Tensor2D,
): Scalar {
  const u = step.uniform('between real and fake', [real.shape[0], 1]);
  const between = tf.add(tf.mul(u, real), tf.mul(tf.sub(1, u), fake)) as Tensor2D;
  const [slope] = step.gradients(() => tf.sum(f(between)) as Scalar, [between]);
  // The small number keeps the root's gradient finite where the slope is 0.
  const length = tf.sqrt(tf.add(tf.sum(tf.square(slope!), 1), 1e-12));
  return tf.mean(tf.square(tf.sub(length, 1))) as Scalar;
}

/**
 * A critic between codes of sentences and codes of a generator (E10; Arjovsky et al. 2017, Zhao et al. 2018). It
 * minimises mean f(fake) - mean f(real), kept Lipschitz by clipping or by a gradient penalty; encoder and generator
 * both make the distance small, unless the encoder stands still. A cycle: the model once, then rounds of critic
 * updates, one of the encoder and one of the generator, on random batches; a round more from each epoch of the schedule on. With a label, before the rounds
 * a classifier learns to read it from codes and the encoder learns to mislead it, one update each on one more batch
 * (the release's transfer variant).
 */
export function critic(spec: Extract<Adversary, { kind: 'critic' }>, context: BlockContext): AdversaryBlock {
  const { hidden, layers, lipschitz, criticUpdates, encoderScale, schedule, label } = spec;
  const clips = lipschitz.kind === 'clip';
  const optimizer: OptimizerSpec = {
    ...adversaryAdam,
    ...(spec.squareDecay !== undefined && { beta2: spec.squareDecay }),
  };
  const judge = network(
    {
      name: 'adversary.critic',
      group: 'adversary',
      widths: [context.latent, ...Array<number>(layers).fill(hidden), 1],
      activation: 'leaky-relu',
      // Not with a penalty, which is one of each row alone.
      normalised: (i) => clips && i > 0,
      ...(spec.plain && { weights: 'inputs' }),
    },
    context,
  );
  const classifier =
    label &&
    labelClassifier(
      { ...label, name: 'adversary.classifier', hidden: Array<number>(layers).fill(hidden) },
      context,
    );
  return {
    keepsLast: true,
    term: null,
    cycle: ({ main, posterior, prior }) => {
      /** Codes of sentences without their noise. */
      const realOf = (step: Step, sentences: Sentences): Tensor2D =>
        posterior.mean(posterior.infer(step, sentences));
      const score = (step: Step, codes: Tensor2D): Scalar => tf.mean(judge(step, codes)) as Scalar;
      const fakes = (step: Step, rows: number): Tensor2D => trainingCodes(prior, step, Math.max(rows, FAKES));

      const criticPhase: Phase = {
        name: 'critic',
        groups: ['adversary'],
        batch: 'random',
        rule: {
          optimizer,
          learningRate: spec.criticRate,
          ...(clips && { bound: lipschitz.bound }),
        },
        objective: (step, sentences) => {
          const real = realOf(step, sentences);
          const fake = fakes(step, real.shape[0]);
          const distance = tf.sub(score(step, fake), score(step, real)) as Scalar;
          if (lipschitz.kind === 'clip') return { loss: distance, also: {} };
          const paired = tf.slice(fake, [0, 0], real.shape);
          const penalty = gradientPenalty(step, (x) => judge(step, x), real, paired);
          // Its curve is told without the penalty.
          return { loss: tf.add(distance, tf.mul(lipschitz.weight, penalty)), also: { critic: distance } };
        },
      };
      const encoder: Phase = {
        name: 'encoderCritic',
        groups: ['encoder'],
        batch: 'random',
        objective: (step, sentences) => ({
          loss: tf.mul(encoderScale, score(step, realOf(step, sentences))),
          also: {},
        }),
      };
      const generator: Phase = {
        name: 'generator',
        groups: ['prior'],
        batch: 'random',
        rule: { optimizer, learningRate: spec.generatorRate },
        objective: (step, { tokens }) => ({
          loss: tf.neg(score(step, fakes(step, tokens.shape[1]))),
          also: {},
        }),
      };
      const model: Phase = { ...main, groups: main.groups.filter((group) => group !== 'prior') };
      // An encoder that stands still takes no step.
      const encoders = posterior.still ? [] : [encoder];
      const round = [...Array<Phase>(criticUpdates).fill(criticPhase), ...encoders, generator];
      const hiding: Phase[] = classifier
        ? [
            classifier.learns('random', realOf),
            {
              name: 'labelAdversary',
              groups: ['encoder'],
              batch: 'random',
              objective: (step, sentences) => ({
                loss: tf.mul(label!.weight, classifier.misled(step, realOf(step, sentences), sentences)),
                also: {},
              }),
            },
          ]
        : [];
      return (epoch) => {
        const rounds = 1 + schedule.filter((from) => epoch + 1 >= from).length;
        return [model, ...hiding, ...Array<readonly Phase[]>(rounds).fill(round).flat()];
      };
    },
  };
}
