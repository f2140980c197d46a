import type { Adversary } from '../../../contract/blocks.ts';
import { tf, type Scalar } from '../../tensor/index.ts';
import type { AdversaryBlock, BlockContext } from '../block.ts';
import { labelClassifier } from './label-classifier.ts';

/** Units of the hidden layer, and the share of them dropped while the classifier learns (methods.md 3.16). */
const HIDDEN = 512;
const DROPOUT = 0.3;

/**
 * A classifier that tells the label from the code (Lample et al. 2017). It learns by its cross-entropy; the model pays
 * weight times -log P(a wrong class | code), the weight rising in a line from 0.
 */
export function labelAdversary(
  { column, weight, warmUp, learningRate }: Extract<Adversary, { kind: 'labelAdversary' }>,
  context: BlockContext,
): AdversaryBlock {
  const classifier = labelClassifier(
    { name: 'adversary', column, hidden: [HIDDEN], dropout: DROPOUT, learningRate },
    context,
  );
  const ramp = context.gauge({
    name: 'labelWeight',
    start: 0,
    next: (_, { t, updatesPerEpoch }) => weight * Math.min(1, t / (warmUp * updatesPerEpoch)),
  });
  return {
    keepsLast: true,
    term: {
      name: 'labelAdversary',
      term: (step, { z, sentences, controls }) =>
        tf.mul(ramp(controls), classifier.misled(step, z, sentences)) as Scalar,
    },
    cycle: ({ main, codes }) => {
      const phases = [classifier.learns('visited', codes), main];
      return () => phases;
    },
  };
}
