import type { Family, Method } from '../../contract/methods/index.ts';
import { t } from '../text/index.ts';

/** What the list of cards is narrowed to. */
export interface MethodFilter {
  readonly search: string;
  /** Null is every family. */
  readonly family: Family | null;
  /** Ids; null where it does not matter what is chosen. */
  readonly chosen: readonly string[] | null;
}

export interface FamilyGroup {
  readonly family: Family;
  readonly methods: readonly Method[];
}

/** Families in the order in which their first cards stand. */
export const byFamily = (methods: readonly Method[]): FamilyGroup[] =>
  [...Map.groupBy(methods, ({ family }) => family)].map(([family, own]) => ({ family, methods: own }));

/** The cards that are left: every word of the search stands somewhere on them, however they are folded. */
export function matchingMethods(methods: readonly Method[], filter: MethodFilter): Method[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  return methods.filter(
    (method) =>
      (filter.family === null || method.family === filter.family) &&
      (filter.chosen === null || filter.chosen.includes(method.id)) &&
      words.every((word) => cardText(method).includes(word)),
  );
}

const cardText = ({ id, title, plain, goodWhen, watchOutFor, citation, family }: Method): string =>
  [id, title, plain, goodWhen, watchOutFor, citation, t(`family.${family}`)].join(' ').toLowerCase();
