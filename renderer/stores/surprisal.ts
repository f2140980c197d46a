import { shallowReactive, type Ref } from 'vue';
import type { ScoredWord } from '../logic/types.ts';
import { useClient } from '../services.ts';

/** Words with their surprisal under a language model, asked for once for each sentence. */
export function useSurprisal(languageModelId: Ref<string>) {
  const client = useClient();
  const known = shallowReactive(new Map<string, readonly ScoredWord[]>());
  const underWay = new Set<string>();
  const keyOf = (text: string) => `${languageModelId.value}\n${text}`;

  /** What is known of a sentence; asks for it where nothing is known yet. */
  function of(text: string): readonly ScoredWord[] | undefined {
    const key = keyOf(text);
    const found = known.get(key);
    if (!found && !underWay.has(key) && languageModelId.value !== '') {
      underWay.add(key);
      client.samples
        .words({ text, languageModelId: languageModelId.value })
        .then((words) => known.set(key, words))
        // A sentence that could not be scored is shown without colours; the call that lists the sentences says why.
        .catch(() => {})
        .finally(() => underWay.delete(key));
    }
    return found;
  }
  return { of };
}
