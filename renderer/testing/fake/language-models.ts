import { found, os, pause, refuse, type World } from './world.ts';

export function languageModelsOf({ state, send, delay }: World) {
  const changed = () => send({ kind: 'language-models-changed' });

  async function* making(title: string, order: number) {
    for (const [i, phase] of (['reading', 'counting', 'estimating', 'writing'] as const).entries()) {
      yield { kind: 'progress' as const, phase, share: i / 4 };
      await pause(delay);
    }
    const model = {
      id: `own:${state.languageModels.length}`,
      kind: 'own' as const,
      title,
      order,
      ngrams: Array.from({ length: order }, (_, i) => 900 * (i + 1)),
      sentences: 1200,
      tokens: 15_000,
      bytes: 380_000,
      problem: null,
    };
    state.languageModels = [...state.languageModels, model];
    changed();
    const sentence = 'For n-grams of 1 word the fixed discounts 0.5, 1, 1.5 were used.';
    yield { kind: 'done' as const, model, fallbackOrders: [{ order: 1, sentence }] };
  }
  const nameOf = (source: { kind: 'path'; path: string } | { kind: 'upload'; name: string }) =>
    source.kind === 'path' ? source.path : source.name;

  return {
    list: os.languageModels.list.handler(() => state.languageModels),
    train: os.languageModels.train.handler(({ input: { settings } }) =>
      making(settings.title, settings.order),
    ),
    import: os.languageModels.import.handler(async function* ({ input, errors }) {
      const name = nameOf(input.source);
      if (name.startsWith('broken')) refuse(errors, 'ngram.format', { file: name });
      yield* making(name.replace(/\.\w+$/, ''), 3);
    }),
    remove: os.languageModels.remove.handler(({ input, errors }) => {
      const model = found(state.languageModels.find(({ id }) => id === input.id));
      if (model.kind !== 'own') refuse(errors, 'ngram.not-own', { title: model.title });
      state.languageModels = state.languageModels.filter((other) => other !== model);
      changed();
      return {};
    }),
  };
}
