import { givesLikelihood } from '../blocks/model.ts';
import { decodingsOf, writesOutlines } from '../measure/finish.ts';
import type { OpenRun } from './open.ts';
import type { Plan } from './progress.ts';

/** The work of a run: forward and backward cost about three readings, a sentence written about two. */
export function planOf(run: Pick<OpenRun, 'config' | 'model' | 'validation' | 'test' | 'updates'>): Plan {
  const { config, model, validation, test, updates } = run;
  const { batch, epochs } = config.training;
  const { importanceSamples, importanceSentences, samples } = config.evaluation;
  const scored = Math.min(test.count, importanceSentences || test.count);
  const hypotheses = decodingsOf(model).map((decoding) => (decoding.kind === 'beam' ? decoding.width : 1));
  const scores = givesLikelihood(model);
  return {
    training: updates * batch * 3 + epochs * validation.count,
    testing: test.count + (scores ? scored * importanceSamples : 0),
    sampling: 2 * samples * hypotheses.reduce((a, b) => a + b, writesOutlines(model) ? 1 : 0),
    scoring: samples,
  };
}
