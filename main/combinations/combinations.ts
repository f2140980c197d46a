import { randomUUID } from 'node:crypto';
import { AppError } from '../../contract/errors.ts';
import { methodById, type Method } from '../../contract/methods/index.ts';
import {
  checkCombination,
  fileOfCombination,
  isOwn,
  nameInOwn,
  ownMethod,
  readCombination,
  type Combination,
  type SavedCombination,
} from '../../contract/methods/own.ts';
import type { Store } from '../../db/store.ts';
import type { Feed } from '../rpc/feed.ts';

export interface CombinationsOptions {
  store: Store;
  feed: Feed;
  now: () => number;
}

/** What a request may choose from: the catalogue, and what people combined themselves. */
export interface Offered {
  readonly method: Method;
  /** What a run of it carries among its options; null for a method of the catalogue. */
  readonly own: Combination | null;
}

/** Combinations of blocks that people saved as presets of their own. */
export function combinationsRoom({ store, feed, now }: CombinationsOptions) {
  /** Throws `combinations.not-found`. */
  function get(id: string): SavedCombination {
    const found = store.combinations.get(id);
    if (!found) throw new AppError('combinations.not-found', { id });
    return found;
  }
  function save(own: Combination, id: string | null): SavedCombination {
    checkCombination(own);
    const taken = store.combinations.all().some((other) => other.name === own.name && other.id !== id);
    if (taken) throw new AppError('combinations.name-taken', { name: own.name });
    const { name, basis, blocks } = own;
    const saved =
      id === null
        ? { id: randomUUID(), createdAt: now(), name, basis, blocks }
        : { ...get(id), name, basis, blocks };
    store.combinations.put(saved);
    feed.emit({ kind: 'combinations-changed' });
    return saved;
  }

  return {
    list: (): SavedCombination[] => store.combinations.all(),
    /** By id, else by name, which no two share. Throws `combinations.not-found`. */
    find(idOrName: string): SavedCombination {
      return (
        store.combinations.get(idOrName) ??
        store.combinations.all().find(({ name }) => name === idOrName) ??
        get(idOrName)
      );
    },
    /** A new one, or the one of `id` changed; runs that are queued keep what they began with. Throws `combinations.*`. */
    save,
    /** What a file holds becomes a combination; a name that is taken gets a number. Throws `combinations.*`. */
    bring(text: string): SavedCombination {
      const own = readCombination(text);
      const names = new Set(store.combinations.all().map(({ name }) => name));
      const numbered = (n: number) => (n === 1 ? own.name : `${own.name.slice(0, 54)} (${n})`);
      let n = 1;
      while (names.has(numbered(n))) n += 1;
      return save({ ...own, name: numbered(n) }, null);
    },
    /** Name and content of its file. */
    file(id: string): { name: string; content: string } {
      const { name, basis, blocks } = get(id);
      return { name, content: fileOfCombination({ name, basis, blocks }) };
    },
    remove(id: string): void {
      get(id);
      store.combinations.remove(id);
      feed.emit({ kind: 'combinations-changed' });
    },
    /** By the id that a study names. Throws `methods.unknown` and `combinations.not-found`. */
    offered(methodId: string): Offered {
      if (!isOwn(methodId)) return { method: methodById(methodId), own: null };
      const { id, name, basis, blocks } = get(nameInOwn(methodId));
      const own = { name, basis, blocks };
      return { method: ownMethod(id, own), own };
    },
  };
}
export type CombinationsRoom = ReturnType<typeof combinationsRoom>;
