import type { Encoder } from '../../../contract/encoders.ts';
import { os } from './world.ts';

/** No encoder is there, and one that is brought is the published MiniLM. */
export function encodersOf() {
  let encoders: Encoder[] = [];
  return {
    list: os.encoders.list.handler(() => encoders),
    import: os.encoders.import.handler(async function* () {
      const encoder: Encoder = {
        ...{ id: 'bert-55f9ea30a2515ae3', kind: 'bert', title: 'all-MiniLM-L6-v2', width: 384 },
        ...{ normalise: true, sentences: null, bytes: 91_100_000 },
      };
      yield { kind: 'progress' as const, stage: 'checking' as const, share: 0 };
      encoders = [encoder];
      yield { kind: 'done' as const, encoder };
    }),
    remove: os.encoders.remove.handler(({ input }) => {
      encoders = encoders.filter(({ id }) => id !== input.id);
      return {};
    }),
    represented: os.encoders.represented.handler(() => []),
    represent: os.encoders.represent.handler(async function* ({ input }) {
      yield { kind: 'progress' as const, stage: 'encoding' as const, share: 0.5 };
      const sentences = { train: 4, validation: 2, test: 2 };
      yield { kind: 'done' as const, representations: { encoderId: input.encoderId, width: 384, sentences } };
    }),
  };
}
