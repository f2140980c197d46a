import type { NgramModel } from '../model.ts';
import { BOS } from '../vocabulary.ts';

/** Sum of the chances of everything that may follow the context, word by word through the scorer. */
export function totalChance(model: NgramModel, words: readonly string[]): number {
  const context = model.context();
  for (const word of words) context.advance(model.id(word));
  let total = 0;
  for (let id = 0; id < model.vocabulary.size; id++)
    if (id !== BOS) total += 10 ** context.copy().advance(id);
  return total;
}
