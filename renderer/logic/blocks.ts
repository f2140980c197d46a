import type { Blocks, Regularizer } from '../../contract/blocks.ts';
import { methodById, type DataKind, type Method, type OptionValues } from '../../contract/methods/index.ts';
import { f } from '../text/format.ts';
import { t } from '../text/index.ts';

export interface ShownBlock {
  readonly slot: string;
  readonly text: string;
  /** Not the same as in the plain VAE. */
  readonly differs: boolean;
}

const slots = [
  'posterior',
  'prior',
  'klWeight',
  'regularizers',
  'adversary',
  'condition',
  'decoder',
  'procedure',
] as const;

/** The blocks of a method in words, next to those of the plain VAE; with a run's options, as that run has them. */
export function shownBlocks(method: Method, data: DataKind, options?: OptionValues): ShownBlock[] {
  const own = options
    ? method.configure(options).blocks
    : (method.combined ?? method.configure(method.preset('standard', data)).blocks);
  const plain = methodById('vae').configure(methodById('vae').preset('standard', data)).blocks;
  return slots.map((slot) => ({
    slot: t(`block.slot.${slot}`),
    text: words(own, slot),
    differs: JSON.stringify(own[slot]) !== JSON.stringify(plain[slot]),
  }));
}

function words(blocks: Blocks, slot: (typeof slots)[number]): string {
  switch (slot) {
    case 'posterior':
      return t(`block.posterior.${blocks.posterior.kind}`, factsOf(blocks.posterior));
    case 'prior':
      return t(`block.prior.${blocks.prior.kind}`);
    case 'klWeight': {
      const { kind } = blocks.klWeight;
      if (kind === 'constant') return t('block.klWeight.constant', { value: blocks.klWeight.value });
      if (kind === 'linear') return t('block.klWeight.linear', { start: blocks.klWeight.start });
      return t(`block.klWeight.${kind}`, factsOf(blocks.klWeight));
    }
    case 'regularizers':
      return (
        blocks.regularizers
          .map((term) => t(`block.regularizer.${termKey(term)}`, factsOf(term)))
          .join(', ') || t('block.regularizers.none')
      );
    case 'adversary': {
      const { adversary } = blocks;
      const narrow = adversary.kind === 'jensenShannon' && adversary.bottleneck;
      if (adversary.kind === 'critic' && adversary.label)
        return t('block.adversary.criticAndClassifier', factsOf(adversary));
      return t(`block.adversary.${narrow ? 'bottleneck' : adversary.kind}`, factsOf(adversary));
    }
    case 'condition':
      return t(`block.condition.${blocks.condition.kind}`);
    case 'decoder': {
      const { decoder } = blocks;
      if (decoder.kind === 'lstm' && decoder.keep !== undefined && decoder.keep < 1)
        return t('block.decoder.hides', { hidden: f.percent(1 - decoder.keep) });
      if (decoder.kind === 'lstm' && decoder.code === 'start') return t('block.decoder.start');
      return t(`block.decoder.${decoder.kind}`);
    }
    case 'procedure':
      return t(`block.procedure.${blocks.procedure.kind}`);
  }
}

/** A term is named by what it looks at, where it may look at several things. */
function termKey(term: Regularizer) {
  if (term.kind === 'decomposition') return `decomposition.${term.part}` as const;
  if (term.kind === 'covariance') return `covariance.${term.of}` as const;
  return term.kind;
}

/** What a sentence about a block may name: its numbers and words. */
function factsOf(block: object): Record<string, string | number> {
  const named = Object.entries(block).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === 'number' || typeof entry[1] === 'string',
  );
  return Object.fromEntries(named);
}
