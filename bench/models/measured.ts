import { methodById } from '../../contract/methods/index.ts';
import { firstWord } from '../../contract/datasets.ts';
import { build } from '../../workers/blocks/block.ts';
import { klWeights } from '../../workers/blocks/kl-weights/index.ts';
import { buildModel } from '../../workers/blocks/model.ts';
import type { Model } from '../../workers/blocks/model.ts';
import { openEngine, philox } from '../../workers/tensor/index.ts';
import type { Engine } from '../../workers/tensor/index.ts';
import { splitFrom } from '../../workers/text/split.ts';
import type { Split } from '../../workers/text/split.ts';
import { THREADS } from '../peers/turns.ts';
import { workloads } from './vae.ts';

/** The workbench's own VAE at the sizes of W2, with fresh parameters: what measures and samples are timed on. */
export const sizes = workloads.W2;
/** Words of each sentence, so that with its end it has as many predicted tokens as those of W2. */
export const WORDS = sizes.length - 1;

export async function measuredModel(): Promise<{ engine: Engine; model: Model }> {
  const method = methodById('vae');
  const { embedding, hidden, latent, batch, vocabulary } = sizes;
  const config = method.configure({
    ...method.preset('standard', 'text'),
    embedding,
    hidden,
    latent,
    batch,
  });
  const engine = await openEngine({ backend: 'cpu', seed: 1, threads: THREADS });
  const klWeight = build(klWeights, config.blocks.klWeight, { updatesPerEpoch: 1000 });
  return { engine, model: buildModel({ config, vocabulary, sentences: 1000, klWeight }, engine) };
}

/** Sentences of random words. */
export function randomSentences(count: number): Split {
  const draw = philox(1, 'sentences');
  const word = (): number => firstWord + draw.integer(sizes.vocabulary - firstWord);
  return splitFrom(Array.from({ length: count }, () => Array.from({ length: WORDS }, word)));
}
