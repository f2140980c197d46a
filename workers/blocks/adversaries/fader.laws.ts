import { afterEach, describe, expect, test } from 'vitest';
import { writerOf } from '../../measure/write-samples.ts';
import { philox, type BackendId, type Engine } from '../../tensor/index.ts';
import { splitFrom } from '../../text/split.ts';
import { vocabularyOf } from '../../text/vocabulary.ts';
import { alternating, type AlternatingState } from '../procedures/alternating.ts';
import { tinyConfig, tinyContext, tinyEngine, TINY_VOCABULARY } from '../testing.ts';

/** Sentences whose words give the label away: the first half of the words for one, the second for the other. */
function tellingSplit() {
  const random = philox(5, 'telling');
  const half = (TINY_VOCABULARY - 4) / 2;
  // Pairs, so that even and odd sentences both bear both.
  const labels = Int32Array.from({ length: 96 }, (_, i) => Math.floor(i / 2) % 2);
  const sentences = Array.from(labels, (label) =>
    Array.from({ length: 3 }, () => 4 + label * half + random.integer(half)),
  );
  return { ...splitFrom(sentences), labels: [labels] };
}

/** Share of odd sentences whose label logistic regression, learned on the codes of the even ones, gets right. */
function probe(codes: Float32Array, labels: Int32Array, dim: number): number {
  const weights = new Float64Array(dim + 1);
  const logit = (i: number): number => {
    let sum = weights[dim]!;
    for (let j = 0; j < dim; j++) sum += weights[j]! * codes[i * dim + j]!;
    return sum;
  };
  for (let pass = 0; pass < 2000; pass++) {
    const slope = new Float64Array(dim + 1);
    for (let i = 0; i < labels.length; i += 2) {
      const error = 1 / (1 + Math.exp(-logit(i))) - labels[i]!;
      for (let j = 0; j < dim; j++) slope[j]! += error * codes[i * dim + j]!;
      slope[dim]! += error;
    }
    for (let j = 0; j <= dim; j++) weights[j]! -= (0.5 * slope[j]!) / labels.length;
  }
  let right = 0;
  for (let i = 1; i < labels.length; i += 2) if (logit(i) > 0 === (labels[i] === 1)) right++;
  return right / (labels.length / 2);
}

/** What the label adversary does to a code. */
export function faderLaws(backend: BackendId): void {
  describe(`fader on ${backend}`, () => {
    let engine: Engine;
    afterEach(() => engine.dispose());

    /** Trains from an encoder that shows the label; means over the last updates. */
    async function trained(labelWeight: number) {
      engine = await tinyEngine(backend);
      const learningRate = 0.005;
      const config = tinyConfig('fader', {
        labelWeight,
        labelWarmUp: 1,
        classifierRate: 0.01,
        labelWidth: 4,
        hidden: 16,
        latent: 4,
        batch: 48,
        optimizer: 'adam',
        learningRate,
        dropoutIn: 0,
        dropoutOut: 0,
      });
      const split = tellingSplit();
      const context = tinyContext(engine, config, { split });
      const { model, batches } = context;
      const random = philox(2, 'showing');
      engine.restore(
        new Map(
          [...engine.snapshot()].map(([name, value]) => [
            name,
            name.startsWith('adversary.')
              ? value
              : { ...value, data: value.data.map(() => 1.2 * random.uniform() - 0.6) },
          ]),
        ),
      );
      const words = Array.from({ length: TINY_VOCABULARY }, (_, i) => `w${i}`);
      const writer = writerOf(model, engine, vocabularyOf(words));
      const read = () => probe(writer.encode(split, { sampled: false })!, split.labels[0]!, 4);
      const procedure = alternating(context);
      let state: AlternatingState = procedure.start;
      let gauges: Record<string, number> = { labelWeight: 0 };
      const mean = { probe: 0, classifier: 0, reconstruction: 0 };
      const [updates, last] = [500, 160];
      for (let step = 0, counter = 0; step < updates; counter++) {
        const turn = { visit: step % batches.count, klWeight: 0, epoch: 0, gauges, learningRate, counter };
        const execution = procedure.advance(state, turn);
        state = execution.state;
        if (!execution.update) continue;
        step++;
        const { terms } = execution.values;
        gauges = Object.fromEntries(
          model.gauges.map(({ name, next }) => [name, next(0, { t: step, updatesPerEpoch: 40, terms })]),
        );
        if (step <= updates - last) continue;
        mean.classifier += terms.labelDiscriminator! / last;
        mean.reconstruction += terms.reconstruction! / last;
        if (step % 20 === 0) mean.probe += read() / (last / 20);
      }
      return mean;
    }

    test('a fresh probe reads the label from a free code, and is at chance with the adversary', async () => {
      const free = await trained(0);
      engine.dispose();
      const held = await trained(3);
      expect(free.probe).toBeGreaterThan(0.7);
      expect(free.classifier).toBeLessThan(0.45);
      expect(Math.abs(held.probe - 0.5)).toBeLessThan(0.08);
      expect(Math.abs(held.classifier - Math.LN2)).toBeLessThan(0.05);
      // And the code still says everything else.
      expect(held.reconstruction).toBeLessThan(2);
    });
  });
}
