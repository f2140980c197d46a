import type { SplitName } from '../../contract/entities.ts';

const words: readonly (readonly [RegExp, SplitName])[] = [
  [/(^|[^a-z])(train|training)([^a-z]|$)/i, 'train'],
  [/(^|[^a-z])(valid|validation|val|dev)([^a-z]|$)/i, 'validation'],
  [/(^|[^a-z])(test|testing)([^a-z]|$)/i, 'test'],
];

/** The split a name says: `train.txt`, `valid.csv.gz`, `my-dev.tsv`, `test_set.txt`. */
function splitOfName(name: string): SplitName | undefined {
  return words.find(([pattern]) => pattern.test(name))?.[1];
}

/** `yelp-train` without what says its split. */
export function withoutSplitName(name: string): string {
  return words
    .reduce((rest, [pattern]) => rest.replace(pattern, '$1$3'), name)
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
}

/**
 * The split of each file, by its name. Undefined for all where the names do not tell a training text from a text to
 * validate or test on: then the files are joined.
 */
export function splitsOfFiles(names: readonly string[]): (SplitName | undefined)[] {
  const said = names.map(splitOfName);
  const told = said.includes('train') && said.some((split) => split === 'validation' || split === 'test');
  return told && said.every((split) => split !== undefined) ? said : names.map(() => undefined);
}
