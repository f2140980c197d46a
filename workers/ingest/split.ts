import type { ImportSettings } from '../../contract/entities.ts';
import { philox } from '../tensor/random.ts';
import { mostLabelValues } from './columns.ts';
import { splits, type Corpus } from './corpus.ts';

/** Shares that add up to 100, in the order of `splits`, of what no file assigns. */
function sharesOf(settings: Pick<ImportSettings, 'split'>, given: ReadonlySet<number>): number[] {
  const wanted = splits.map((name) => settings.split[name]);
  if (given.size === 0) return wanted;
  // Files bring some splits: only the training text is cut, by the shares of the splits that none brings.
  const missing = wanted.map((share, i) => (i > 0 && !given.has(i) ? share : 0));
  return [100 - missing.reduce((a, b) => a + b, 0), ...missing.slice(1)];
}

/** Sentences to be assigned, those with the same labels together, in random order within. */
function shuffledByLabel(corpus: Corpus, members: Int32Array, seed: number): Int32Array {
  const columns = corpus.labels.filter(({ values }) => values.length <= mostLabelValues);
  const strata = new Map<string, number[]>();
  for (const i of members) {
    const key = columns.map(({ of }) => of.at(i)).join(' ');
    const stratum = strata.get(key);
    if (stratum) stratum.push(i);
    else strata.set(key, [i]);
  }
  const order = new Int32Array(members.length);
  let at = 0;
  for (const key of [...strata.keys()].sort()) {
    const stratum = philox(seed, `split ${key}`).shuffle(strata.get(key)!);
    order.set(stratum, at);
    at += stratum.length;
  }
  return order;
}

/**
 * The split of every sentence, as an index into `splits`. A file that brings a split keeps it. The rest is cut at
 * random by the shares: going through the sentences label by label, each goes to the split that lags most behind its
 * share, so that the shares hold within a sentence or so in every label and in the whole. Sentences with the same
 * tokens go together.
 */
export function splitCorpus(corpus: Corpus, settings: Pick<ImportSettings, 'split' | 'seed'>): Uint8Array {
  const n = corpus.lengths.length;
  const of = new Uint8Array(n);
  const given = new Set(corpus.fixed.done());
  given.delete(-1);
  const isFree = (i: number) => corpus.fixed.at(i) <= 0;
  /** A twin in a file of its own split has no say. */
  const leads = (i: number) => corpus.twin.at(i) === i || !isFree(corpus.twin.at(i));
  const members = new Int32Array(n);
  let free = 0;
  for (let i = 0; i < n; i++) {
    if (!isFree(i)) of[i] = corpus.fixed.at(i);
    else if (leads(i)) members[free++] = i;
  }
  const shares = sharesOf(settings, given);
  const behind = shares.map(() => 0);
  for (const i of shuffledByLabel(corpus, members.subarray(0, free), settings.seed)) {
    for (const [s, share] of shares.entries()) behind[s]! += share;
    const split = behind.indexOf(Math.max(...behind));
    behind[split]! -= 100;
    of[i] = split;
  }
  for (let i = 0; i < n; i++) if (isFree(i) && !leads(i)) of[i] = of[corpus.twin.at(i)]!;
  return of;
}
