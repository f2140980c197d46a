import { expect, test } from 'vitest';
import { aggressive } from '../blocks/procedures/aggressive.ts';
import { tinyConfig, tinyContext, tinyEngine, tinySplit, TINY_VOCABULARY } from '../blocks/testing.ts';
import { evaluator } from '../measure/evaluate.ts';
import { importanceScorer } from '../measure/importance.ts';
import { writerOf } from '../measure/write-samples.ts';
import type { BackendId } from '../tensor/index.ts';
import { vocabularyOf } from '../text/vocabulary.ts';

/** Everything a run does, again and again, holds no more tensors than it did the first time. */
export function leakLaws(backend: BackendId): void {
  test(`updates, evaluations, samples and scores on ${backend} leave no tensor behind`, async () => {
    const engine = await tinyEngine(backend);
    const context = tinyContext(engine, tinyConfig('lagging'));
    const procedure = aggressive({ kind: 'aggressive', window: 2, maxInner: 5 }, context);
    const evaluate = evaluator(context.model, engine, 8);
    const score = importanceScorer(context.model, engine, 8);
    const words = Array.from({ length: TINY_VOCABULARY }, (_, i) => `w${i}`);
    const writer = writerOf(context.model, engine, vocabularyOf(words));
    const split = tinySplit(12);
    const breathe = async (): Promise<void> => {};
    let state = procedure.start;
    let counter = 0;
    const round = async (): Promise<number> => {
      for (let i = 0; i < 12; i++) {
        const turn = {
          visit: i % context.batches.count,
          klWeight: 1,
          gauges: {},
          epoch: 0,
          learningRate: 0.1,
          counter: counter++,
        };
        ({ state } = procedure.advance(state, turn));
      }
      await evaluate(split, { setSize: 4, breathe });
      await score(split, { samples: 5, breathe });
      for (const decoding of [
        { kind: 'greedy' },
        { kind: 'temperature', temperature: 1 },
        { kind: 'beam', width: 2 },
      ] as const) {
        await writer.fromPrior({ count: 5, decoding, seed: 1 }, { breathe });
      }
      writer.encode(split, { sampled: true });
      return engine.memory().tensors;
    };
    await round();
    const tensors = await round();
    for (let i = 0; i < 3; i++) expect(await round()).toBe(tensors);
    engine.dispose();
  });
}
