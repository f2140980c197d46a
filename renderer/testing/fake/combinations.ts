import { AppError } from '../../../contract/errors.ts';
import { readCombination } from '../../../contract/methods/own.ts';
import * as fixtures from '../fixtures.ts';
import { os, refuse, type World } from './world.ts';

export function combinationsOf({ state }: World) {
  const add = (own: Pick<(typeof state.combinations)[number], 'name' | 'basis' | 'blocks'>) => {
    const saved = { id: `own-${state.combinations.length + 1}`, createdAt: fixtures.now, ...own };
    state.combinations = [...state.combinations, saved];
    return saved;
  };
  return {
    list: os.combinations.list.handler(() => state.combinations),
    save: os.combinations.save.handler(({ input }) => {
      const old = state.combinations.find(({ id }) => id === input.id);
      if (!old) return add(input.combination);
      const saved = { ...old, ...input.combination };
      state.combinations = state.combinations.map((own) => (own === old ? saved : own));
      return saved;
    }),
    bring: os.combinations.bring.handler(({ input, errors }) => {
      try {
        return add(readCombination(input.text));
      } catch (error) {
        if (error instanceof AppError) refuse(errors, error.code, error.facts);
        throw error;
      }
    }),
    export: os.combinations.export.handler(() => ({ exportId: crypto.randomUUID(), name: 'mine.json' })),
    remove: os.combinations.remove.handler(({ input }) => {
      state.combinations = state.combinations.filter(({ id }) => id !== input.id);
      return {};
    }),
  };
}
