import { specialWords, special } from '../../contract/datasets.ts';
import type { ImportSettings } from '../../contract/entities.ts';

/** What separates words beside Unicode white space: NEL and the zero-width space. */
const blank = /[\s\u0085\u200b]+/u;

/**
 * The word rule. A token is, in this order:
 * - a placeholder as corpora write them (`<unk>`, `_num_`, `__eou__`),
 * - a clitic that stands by itself (`'s`, `n't` is one too, being a word),
 * - a run of a script that is written without spaces, which Unicode's word breaker cuts further,
 * - a word: letters, marks and digits, which hyphens, apostrophes, full stops, commas, underscores and joiners may
 *   hold together from inside (`well-known`, `o'clock`, `3.5`, `u.s`, Persian `می‌خواهم`),
 * - an emoji, however many code points it has,
 * - any other sign with its marks.
 */
const unspaced = String.raw`[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]&&[\p{L}\p{M}\p{N}]]`;
const letter = String.raw`[[\p{L}\p{M}\p{N}]--${unspaced}]`;
const token = new RegExp(
  [
    String.raw`<\/?[\p{L}\p{N}_\-]+>`,
    String.raw`_{1,2}[\p{L}\p{N}]+(?:_[\p{L}\p{N}]+)*_{1,2}`,
    String.raw`(?<![^\s\u0085\u200b])['’](?:s|d|m|ll|re|ve)(?!${letter})`,
    String.raw`${unspaced}+`,
    String.raw`${letter}+(?:[\-.,’'_\u200c\u200d\u00ad](?=${letter})${letter}+)*`,
    String.raw`\p{RGI_Emoji}`,
    String.raw`[^\s\u0085\u200b]\p{M}*`,
  ].join('|'),
  'giv',
);
const startsUnspaced = new RegExp(`^${unspaced}`, 'v');
/** `don't` is `do n't`, `dog's` is `dog 's`, so that the stem keeps its own statistics. */
const clitic = /^(.+?)(n['’]t|['’](?:s|d|m|ll|re|ve))$/iu;

/** Text of ASCII only needs none of the Unicode classes, which cost much. */
const plain = /^[\t -~]*$/;
const plainToken =
  /<\/?[a-z0-9_-]+>|_{1,2}[a-z0-9]+(?:_[a-z0-9]+)*_{1,2}|(?<!\S)'(?:s|d|m|ll|re|ve)(?![a-z0-9])|[a-z0-9]+(?:[-.,'_](?=[a-z0-9])[a-z0-9]+)*|\S/gi;

let segmenter: Intl.Segmenter | undefined;
/** Cuts again what a piece alone would be cut into, so that cutting the result changes nothing. */
function segment(run: string): string[] {
  segmenter ??= new Intl.Segmenter('und', { granularity: 'word' });
  const parts = [...segmenter.segment(run)].map((part) => part.segment);
  return parts.length === 1 ? parts : parts.flatMap(segment);
}

/**
 * A clitic by itself has no stem, and no other token but a word holds an apostrophe with letters around it. The stem
 * is cut anew, because its last sign was held from inside only while the clitic stood behind it (`a'n't`).
 */
function withoutClitics(word: string): string[] {
  const parts = word.includes("'") || word.includes('’') ? clitic.exec(word) : null;
  return parts ? [...words(parts[1]!), parts[2]!] : [word];
}

function words(text: string): string[] {
  if (plain.test(text)) {
    const found = text.match(plainToken) ?? [];
    return text.includes("'") ? found.flatMap(withoutClitics) : found;
  }
  const found = text.match(token) ?? [];
  return found.flatMap((part) => (startsUnspaced.test(part) ? segment(part) : withoutClitics(part)));
}

/** Sentence marks are not words: the workbench adds its own. An unknown word written out stays one. */
const marks = new Set<string>(specialWords.filter((word) => word !== specialWords[special.unknown]));

export type Tokenise = (text: string) => string[];

/** The tokens of one sentence under the settings of an import. Deterministic for one Unicode version. */
export function tokeniser(settings: Pick<ImportSettings, 'tokenizer' | 'lowerCase'>): Tokenise {
  const split =
    settings.tokenizer === 'words'
      ? words
      : (text: string) => text.split(blank).filter((word) => word !== '');
  return (text) => {
    // One form for letters that can be written composed or decomposed, and no half of a surrogate pair.
    const whole = plain.test(text) ? text : text.toWellFormed().normalize('NFC');
    const cased = settings.lowerCase ? whole.toLowerCase() : whole;
    const tokens = split(cased);
    return cased.includes('<') ? tokens.filter((word) => !marks.has(word)) : tokens;
  };
}
