import { AppError, type Facts } from '../../contract/errors.ts';
import type { FromLanguageModelWorker, ToLanguageModelWorker } from '../../contract/language-models.ts';
import { NgramModel, openNgram, saveNgram, trainNgramFile, type Phase } from '../ngram/index.ts';

export type LanguageModelRequest = Exclude<ToLanguageModelWorker, { kind: 'cancel' }>;
type Tell = (message: Extract<FromLanguageModelWorker, { kind: 'progress' }>) => void;

/** Where each phase of a training begins and how long it is, as shares of the whole on a text of 10 million words. */
const spans: Record<Phase | 'writing', readonly [begin: number, length: number]> = {
  reading: [0, 0.25],
  counting: [0.25, 0.45],
  estimating: [0.7, 0.2],
  writing: [0.9, 0.1],
};

/** Makes the model file. Throws `ngram.*`, with the name by which the person knows the file. */
export function answer(request: LanguageModelRequest, tell: Tell): FromLanguageModelWorker {
  try {
    return request.kind === 'train' ? train(request, tell) : bring(request, tell);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const place = request.kind === 'train' ? request.text : request.file;
    const known = Object.entries(error.facts).map(([key, fact]) => [
      key,
      fact === place ? request.name : fact,
    ]);
    throw new AppError(error.code, Object.fromEntries(known) as Facts);
  }
}

function train(
  { text, name, settings, model: file }: Extract<LanguageModelRequest, { kind: 'train' }>,
  tell: Tell,
): FromLanguageModelWorker {
  const at = (phase: keyof typeof spans, done: number) => {
    const [begin, length] = spans[phase];
    tell({ kind: 'progress', phase, share: begin + length * done });
  };
  const { title, vocabulary, ...options } = settings;
  const { model, report } = trainNgramFile(text, {
    ...options,
    ...(vocabulary === null ? {} : { vocabulary }),
    card: { title, madeOf: name },
    onProgress: ({ phase, done }) => at(phase, done),
  });
  at('writing', 0);
  saveNgram(model, file);
  return {
    kind: 'done',
    fallbackOrders: report.fallbackOrders.map(({ order, sentence }) => ({ order, sentence })),
  };
}

function bring(
  { file, name, title, model: path }: Extract<LanguageModelRequest, { kind: 'import' }>,
  tell: Tell,
): FromLanguageModelWorker {
  tell({ kind: 'progress', phase: 'reading', share: 0 });
  const { vocabulary, levels, card, hasSteps } = openNgram(file);
  tell({ kind: 'progress', phase: 'writing', share: 0.8 });
  const named = { madeOf: name, ...card, title };
  saveNgram(new NgramModel({ vocabulary, levels, card: named, hasSteps }), path);
  return { kind: 'done', fallbackOrders: [] };
}
