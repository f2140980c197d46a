import { methodById, methods, type OptionValues } from '../../contract/methods/index.ts';
import { firstEpochs } from '../../contract/stages.ts';
import { writerOf } from '../measure/write-samples.ts';
import type { Engine } from '../tensor/index.ts';
import type { Split } from '../text/split.ts';
import { vocabularyOf } from '../text/vocabulary.ts';
import { build, type Phase, type Terms } from './block.ts';
import type { Model } from './model.ts';
import { klWeights } from './kl-weights/index.ts';
import { procedures } from './procedures/index.ts';
import { tinyConfig, tinyContext, tinySplit, TINY_VOCABULARY } from './testing.ts';

const updatesPerEpoch = 10;
export const breathe = async (): Promise<void> => {};

/** A method with its own options, or with others that make it of other blocks. */
export interface Case {
  readonly id: string;
  readonly options: OptionValues;
}
export const cases: readonly Case[] = [
  ...methods.map(({ id }) => ({ id, options: {} })),
  { id: 'arae', options: { transfer: 'label', labelWidth: 3 } },
  { id: 'vfae', options: { layers: 'two', upper: 3, layerUnits: 5 } },
  { id: 'info-dropout', options: { features: 'relu' } },
  { id: 'info-dropout', options: { features: 'gaussian' } },
];
export const titleOf = ({ id, options }: Case): string => [id, ...Object.values(options)].join(' ');
export const tiny = ({ id, options }: Case) =>
  tinyConfig(id, { ...(methodById(id).latent && { latent: 4 }), ...options });

/** The tiny split with as many label columns as a method reads. */
function splitFor(each: Case): Split {
  const split = tinySplit();
  const { labels } = tiny(each).blocks;
  if (labels.length === 0) return split;
  return {
    ...split,
    labels: labels.map((_, column) =>
      Int32Array.from({ length: split.count }, (_, i) => (i >> column) % (2 + column)),
    ),
  };
}

interface Training {
  executions: number;
  step: number;
  klWeight: number;
  gauges: Record<string, number>;
  procedure: unknown;
}
/** An epoch of every stage that a method has: all phases occur in one of them. */
const stagesOf = (each: Case): readonly number[] => {
  const { blocks, training } = tiny(each);
  return [...new Set([0, firstEpochs(blocks, training)])];
};
export const phasesOf = (each: Case, model: Model): Phase[] => [
  ...new Map(
    stagesOf(each).flatMap((epoch) => model.cycle(epoch).map((phase) => [phase.name, phase])),
  ).values(),
];

export interface Seen {
  readonly loss: number;
  readonly gradientNorm: number;
  readonly terms: Terms;
}

/** A method in an engine, trained update by update as the loop does it, and saved through JSON. */
export function trainer(engine: Engine, each: Case) {
  const config = tiny(each);
  const split = splitFor(each);
  const context = tinyContext(engine, config, { split });
  const { model, batches } = context;
  const procedure = build(procedures, config.blocks.procedure, context);
  const klWeight = build(klWeights, config.blocks.klWeight, { updatesPerEpoch });
  let state: Training = {
    executions: 0,
    step: 0,
    klWeight: klWeight.next(klWeight.start, 0, 0),
    gauges: Object.fromEntries(model.gauges.map(({ name, start }) => [name, start])),
    procedure: procedure.start,
  };
  const advance = (epoch: number): { seen: Seen; update: boolean } => {
    const execution = procedure.advance(state.procedure, {
      visit: state.step % batches.count,
      klWeight: state.klWeight,
      gauges: state.gauges,
      epoch,
      learningRate: config.training.learningRate,
      counter: state.executions,
    });
    const { terms } = execution.values;
    state = { ...state, procedure: execution.state, executions: state.executions + 1 };
    if (execution.update) {
      const step = state.step + 1;
      const before = state;
      state = {
        ...state,
        step,
        klWeight: klWeight.next(before.klWeight, step, terms.kl ?? 0),
        gauges: Object.fromEntries(
          model.gauges.map(({ name, next }) => [
            name,
            next(before.gauges[name]!, { t: step, updatesPerEpoch, terms }),
          ]),
        ),
      };
    }
    return { seen: execution.values, update: execution.update };
  };
  return {
    model,
    context,
    split,
    /** Of each stage. */
    async updates(count: number): Promise<Seen[]> {
      const seen: Seen[] = [];
      for (const epoch of stagesOf(each)) seen.push(...(await this.within(epoch, count)));
      return seen;
    },
    async within(epoch: number, count: number): Promise<Seen[]> {
      const seen: Seen[] = [];
      await procedure.opens?.(state.procedure, epoch, breathe);
      for (let done = 0; done < count;) {
        const execution = advance(epoch);
        seen.push(execution.seen);
        if (execution.update) done++;
      }
      return seen;
    },
    /** The first losses, one for each execution: an update may be made of many. */
    async losses(count: number): Promise<number[]> {
      await procedure.opens?.(state.procedure, 0, breathe);
      return Array.from({ length: count }, () => advance(0).seen.loss);
    },
    save: () => ({ state: JSON.stringify(state), values: engine.snapshot() }),
    restore(saved: { state: string; values: ReturnType<Engine['snapshot']> }): void {
      const read = JSON.parse(saved.state) as Training;
      state = { ...read, procedure: procedure.schema.parse(read.procedure) };
      engine.restore(saved.values);
    },
    /** Sentences from the prior where there is one, otherwise from the codes of sentences. */
    async samples(): Promise<string[]> {
      const words = Array.from({ length: TINY_VOCABULARY }, (_, i) => `w${i}`);
      const writer = writerOf(model, engine, vocabularyOf(words), split);
      const decoding = { kind: 'temperature', temperature: 1 } as const;
      if (model.posterior && !model.prior && !model.drawsSentences) {
        const codes = writer.encode(split, { sampled: false })!;
        return writer.fromCodes(codes, { decoding, labels: split.labels ?? [] }, { breathe });
      }
      return writer.fromPrior({ count: 6, decoding, seed: 3 }, { breathe });
    },
  };
}

/** All that is known of an update. */
export const numbersOf = ({ loss, gradientNorm, terms }: Seen): number[] => [
  loss,
  gradientNorm,
  ...Object.values(terms),
];
