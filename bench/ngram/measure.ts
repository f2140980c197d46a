import { readFileSync, statSync } from 'node:fs';
import {
  forwardPerplexity,
  openNgram,
  quantiseModel,
  reversePerplexity,
  saveNgram,
  trainNgramFile,
  writeArpa,
} from '../../workers/ngram/index.ts';
import { readLines } from '../../workers/ngram/lines.ts';

/** What is timed, each in a process of its own so that its peak memory is its own. Times are wall seconds. */

export interface Training {
  tokens: number;
  ngrams: number;
  trainSeconds: number;
  saveSeconds: number;
  cpuSeconds: number;
  peakBytes: number;
  fileBytes: number;
}

export function measureTraining(text: string, file: string): Training {
  const start = performance.now();
  const { model, report } = trainNgramFile(text, { order: 5 });
  const trained = performance.now();
  saveNgram(model, file);
  const { user, system } = process.cpuUsage();
  return {
    tokens: report.words,
    ngrams: report.ngrams.reduce((a, b) => a + b),
    trainSeconds: (trained - start) / 1000,
    saveSeconds: (performance.now() - trained) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakBytes: peak(),
    fileBytes: statSync(file).size,
  };
}

export interface Sizes {
  plain: number;
  quantised16: number;
  quantised8: number;
  arpa: number;
}

/** Writes the other forms of a model beside it. */
export function writeForms(file: string): Sizes {
  const model = openNgram(file);
  saveNgram(quantiseModel(model, 16), `${file}.16`);
  saveNgram(quantiseModel(model, 8), `${file}.8`);
  writeArpa(model, `${file}.arpa`);
  const size = (path: string) => statSync(path).size;
  return {
    plain: size(file),
    quantised16: size(`${file}.16`),
    quantised8: size(`${file}.8`),
    arpa: size(`${file}.arpa`),
  };
}

export interface Scoring {
  loadSeconds: number;
  /** Making the hash tables that whole texts are scored from; a model makes them once it has scored enough. */
  tablesSeconds: number;
  tablesCpuSeconds: number;
  /** By round; reading the text included, loading not. */
  seconds: number[];
  cpuSeconds: number[];
  tokens: number;
  log10: number;
  /** log10 of the first thousand sentences. */
  scores: number[];
  peakBytes: number;
}

export function measureScoring(file: string, text: string, rounds: number): Scoring {
  const start = performance.now();
  const model = openNgram(file);
  const [loaded, before] = [performance.now(), process.cpuUsage()];
  model.batchScorer();
  const tablesCpuSeconds = cpuSince(before);
  const loadSeconds = (loaded - start) / 1000;
  const tablesSeconds = (performance.now() - loaded) / 1000;
  const seconds: number[] = [];
  const cpuSeconds: number[] = [];
  let total = model.scoreCorpus([]);
  for (let round = 0; round < rounds; round++) {
    const [begin, cpu] = [performance.now(), process.cpuUsage()];
    total = model.scoreText(chunks(text));
    seconds.push((performance.now() - begin) / 1000);
    cpuSeconds.push(cpuSince(cpu));
  }
  const { tokens, log10, perSentence } = total;
  return {
    loadSeconds,
    tablesSeconds,
    tablesCpuSeconds,
    seconds,
    cpuSeconds,
    tokens,
    log10,
    scores: [...perSentence.subarray(0, 1000)],
    peakBytes: peak(),
  };
}

export interface Judged {
  samples: number;
  /** Of the samples. */
  words: number;
  /** Sentences scored for RPPL. */
  realTest: number;
  forward: { seconds: number; cpuSeconds: number; value: number };
  /** Training on the samples, scoring the real sentences and the bootstrap. */
  reverse: { seconds: number; cpuSeconds: number; value: number };
  peakBytes: number;
}

/** FPPL under the model in `file`, and RPPL of the lines of `samples` on those of `realTest`. */
export function measurePerplexities(file: string, samples: string, realTest: string): Judged {
  const lines = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');
  const [made, real] = [lines(samples), lines(realTest)];
  const timed = (work: () => { value: number }) => {
    const [begin, cpu] = [performance.now(), process.cpuUsage()];
    const { value } = work();
    return { seconds: (performance.now() - begin) / 1000, cpuSeconds: cpuSince(cpu), value };
  };
  return {
    samples: made.length,
    words: made.reduce((sum, line) => sum + line.split(' ').length, 0),
    realTest: real.length,
    reverse: timed(() => reversePerplexity(made, real)),
    forward: timed(() => forwardPerplexity(openNgram(file), made)),
    peakBytes: peak(),
  };
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function* chunks(path: string): Generator<Uint8Array> {
  for (const { bytes } of readLines(path)) yield bytes;
}

function peak(): number {
  return process.resourceUsage().maxRSS * 1024;
}
