import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measurePerplexities, measureScoring, measureTraining, writeForms } from './ngram/measure.ts';
import type { Judged, Scoring, Sizes, Training } from './ngram/measure.ts';
import { benchSentences, newSentences } from './ngram/text.ts';
import { bundledCorpus, wordnetSplit } from '../workers/ngram/index.ts';

/**
 * The n-gram model: training as the text grows (1, 2, 5, 10 million tokens), file sizes, scoring beside PyPI's kenlm
 * with the same model on the same text in the same run, the two taking short turns, and FPPL and RPPL of 100,000 samples.
 * Scoring is compared by CPU time, which other work on the machine disturbs less than wall time. With `--lmplz PATH` KenLM's trainer,
 * which PyPI's wheel does not hold, is measured on the same texts.
 */

const root = join(import.meta.dirname, '..');
const TURNS = 5;
const ROUNDS = 3;
const HELD_OUT_TOKENS = 1e6;
const SAMPLES = 100_000;
const SAMPLE_WORDS = 15;
const REAL_SENTENCES = 10_000;

interface PeerTraining {
  seconds: number;
  cpuSeconds: number;
  peakBytes: number;
}

interface Summary {
  /** By CPU time: median and best of all rounds; by wall time: median. */
  perCpuSecond: number;
  bestPerCpuSecond: number;
  perSecond: number;
  loadSeconds: number;
  tablesCpuSeconds: number;
  peakBytes: number;
}

interface Compared {
  model: string;
  ngrams: number;
  tokens: number;
  ours: Summary;
  quantised: Summary;
  peer?: Summary;
  /** Of the medians, by CPU time. */
  ratio?: number;
  /** Of the best rounds, by CPU time. */
  bestRatio?: number;
  /** Greatest difference of a sentence's log10, over its size. */
  greatestDifference?: number;
}

function child<T>(task: string, ...args: string[]): T {
  return json<T>(process.execPath, [import.meta.filename, '--child', task, ...args]);
}

function json<T>(command: string, args: readonly string[]): T {
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}

function runChild(task: string, args: string[]): unknown {
  const [file, text, rounds] = args;
  if (task === 'train') return measureTraining(text!, file!);
  if (task === 'forms') return writeForms(file!);
  if (task === 'perplexities') return measurePerplexities(file!, text!, rounds!);
  return measureScoring(file!, text!, Number(rounds));
}

/** Python with kenlm in a folder of its own, made on first use. */
function peerPython(): string {
  const folder = join(root, '.runtime', 'kenlm-venv');
  const python = join(folder, 'bin', 'python');
  if (!existsSync(join(folder, 'complete'))) {
    console.error('Installing kenlm for the comparison into .runtime/kenlm-venv (once, a minute) ...');
    execFileSync('python3', ['-m', 'venv', folder], { stdio: ['ignore', 2, 2] });
    execFileSync(python, ['-m', 'pip', 'install', '-q', 'kenlm==0.3.0'], { stdio: ['ignore', 2, 2] });
    writeFileSync(join(folder, 'complete'), '');
  }
  return python;
}

/** Writes texts of the given sizes, each the beginning of the next, and another text to score. */
function writeTexts(folder: string, sizes: readonly number[]): { paths: string[]; heldOut: string } {
  const paths = sizes.map((size) => join(folder, `${size}.txt`));
  const files = paths.map((path) => openSync(path, 'w'));
  const waiting = sizes.map(() => '');
  const flush = (i: number) => {
    writeSync(files[i]!, waiting[i]!);
    waiting[i] = '';
  };
  let written = 0;
  for (const sentence of benchSentences(Math.max(...sizes))) {
    sizes.forEach((size, i) => {
      if (written < size) waiting[i] += `${sentence}\n`;
      if (waiting[i]!.length > 1 << 20) flush(i);
    });
    written += sentence.split(' ').length;
  }
  files.forEach((file, i) => {
    flush(i);
    closeSync(file);
  });
  const heldOut = join(folder, 'held-out.txt');
  writeFileSync(heldOut, [...newSentences(HELD_OUT_TOKENS, 77)].join('\n') + '\n');
  return { paths, heldOut };
}

/** Samples all of one length, cut from the words of new sentences, and real ones that they are held against. */
function writeSamples(folder: string): { samples: string; realTest: string } {
  const samples = join(folder, 'samples.txt');
  const realTest = join(folder, 'real.txt');
  const words: string[] = [];
  for (const sentence of newSentences(SAMPLES * SAMPLE_WORDS + 100, 5)) words.push(...sentence.split(' '));
  const lines = Array.from({ length: SAMPLES }, (_, i) =>
    words.slice(i * SAMPLE_WORDS, (i + 1) * SAMPLE_WORDS).join(' '),
  );
  writeFileSync(samples, lines.join('\n') + '\n');
  const real = wordnetSplit()
    .sample.slice(0, REAL_SENTENCES)
    .map(({ text }) => text);
  writeFileSync(realTest, real.join('\n') + '\n');
  return { samples, realTest };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

function summary(turns: readonly Scoring[]): Summary {
  const { tokens } = turns[0]!;
  const cpu = turns.flatMap((turn) => turn.cpuSeconds);
  return {
    perCpuSecond: tokens / median(cpu),
    bestPerCpuSecond: tokens / Math.min(...cpu),
    perSecond: tokens / median(turns.flatMap((turn) => turn.seconds)),
    loadSeconds: median(turns.map((turn) => turn.loadSeconds)),
    // The peer has none.
    tablesCpuSeconds: median(turns.map((turn) => turn.tablesCpuSeconds ?? 0)),
    peakBytes: Math.max(...turns.map((turn) => turn.peakBytes)),
  };
}

function compareScoring(
  name: string,
  file: string,
  ngrams: number,
  heldOut: string,
  python?: string,
): Compared {
  const ours: Scoring[] = [];
  const quantised: Scoring[] = [];
  const peer: Scoring[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    ours.push(child('score', file, heldOut, String(ROUNDS)));
    quantised.push(child('score', `${file}.16`, heldOut, String(ROUNDS)));
    if (python)
      peer.push(
        json(python, [join(root, 'bench/peers/kenlm_score.py'), `${file}.arpa`, heldOut, String(ROUNDS)]),
      );
  }
  const compared: Compared = {
    model: name,
    ngrams,
    tokens: ours[0]!.tokens,
    ours: summary(ours),
    quantised: summary(quantised),
  };
  if (!python) return compared;
  const theirs = peer[0]!;
  if (theirs.tokens !== compared.tokens) throw new Error('the two counted different numbers of tokens');
  const differences = theirs.scores.map(
    (score, i) => Math.abs(score - ours[0]!.scores[i]!) / Math.abs(score),
  );
  const summed = summary(peer);
  return {
    ...compared,
    peer: summed,
    ratio: compared.ours.perCpuSecond / summed.perCpuSecond,
    bestRatio: compared.ours.bestPerCpuSecond / summed.bestPerCpuSecond,
    greatestDifference: Math.max(...differences),
  };
}

const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
const mega = (tokensPerSecond: number) => `${(tokensPerSecond / 1e6).toFixed(2)} M tokens/s`;

function printTraining(
  { tokens, ngrams, trainSeconds, saveSeconds, cpuSeconds, peakBytes, fileBytes }: Training,
  peer?: PeerTraining,
) {
  console.log(
    `train ${(tokens / 1e6).toFixed(1).padStart(5)} M tokens  ${trainSeconds.toFixed(2).padStart(6)} s ` +
      `(+ ${saveSeconds.toFixed(2)} s to save), CPU ${cpuSeconds.toFixed(2)} s  peak ${mb(peakBytes)}  ${(ngrams / 1e6).toFixed(1)} M n-grams, ` +
      `file ${mb(fileBytes)}` +
      (peer
        ? `  lmplz ${peer.seconds.toFixed(2)} s, CPU ${peer.cpuSeconds.toFixed(2)} s, peak ${mb(peer.peakBytes)}`
        : ''),
  );
}

function printScoring(compared: Compared): void {
  const line = (who: string, summed: Summary) =>
    console.log(
      `score ${compared.model.padEnd(10)} ${who.padEnd(10)} ${mega(summed.perCpuSecond)} by CPU time ` +
        `(best ${mega(summed.bestPerCpuSecond)}), ${mega(summed.perSecond)} by the clock; ` +
        `loaded in ${summed.loadSeconds.toFixed(3)} s, tables in ${summed.tablesCpuSeconds.toFixed(2)} s of CPU, ` +
        `peak ${mb(summed.peakBytes)}`,
    );
  line('ours', compared.ours);
  line('quantised', compared.quantised);
  if (!compared.peer) return;
  line('kenlm', compared.peer);
  console.log(
    `      ours / kenlm by CPU time ${compared.ratio!.toFixed(2)} (best rounds ${compared.bestRatio!.toFixed(2)}); sentences differ by at most ` +
      `${compared.greatestDifference!.toExponential(1)} of their log10`,
  );
}

function printJudged({ samples, words, realTest, forward, reverse, peakBytes }: Judged): void {
  const line = (what: string, { seconds, cpuSeconds, value }: Judged['forward']) =>
    console.log(
      `${what} of ${samples} samples (${words} words) ${seconds.toFixed(2)} s, CPU ${cpuSeconds.toFixed(2)} s: ` +
        value.toFixed(2),
    );
  line('FPPL', forward);
  line(`RPPL on ${realTest} real sentences`, reverse);
  console.log(`      peak ${mb(peakBytes)}`);
}

function bench(options: { sizes: number[]; peer: boolean; lmplz?: string; json: boolean }): void {
  const folder = mkdtempSync(join(tmpdir(), 'bench-ngram-'));
  const load = loadavg()[0]!;
  const say = (print: () => void) => !options.json && print();
  try {
    const python = options.peer ? peerPython() : undefined;
    const { paths, heldOut } = writeTexts(folder, options.sizes);
    const general = join(folder, 'general.txt');
    writeFileSync(general, bundledCorpus().join('\n') + '\n');
    const training = [general, ...paths].map((text) => {
      const ours = child<Training>('train', `${text}.kn`, text);
      const arpa = `${text}.peer.arpa`;
      const peer = options.lmplz
        ? json<PeerTraining>('python3', [join(root, 'bench/peers/lmplz.py'), options.lmplz, text, arpa])
        : undefined;
      rmSync(arpa, { force: true });
      say(() => printTraining(ours, peer));
      return { text: text === general ? 'general' : 'growing', ...ours, peer };
    });
    const scored = [
      ['general', general, training[0]!],
      ['largest', paths.at(-1)!, training.at(-1)!],
    ] as const;
    const scoring = scored.map(([name, text, { ngrams }]) => {
      const sizes = child<Sizes>('forms', `${text}.kn`);
      const compared = compareScoring(name, `${text}.kn`, ngrams, heldOut, python);
      say(() => {
        const forms = `plain ${mb(sizes.plain)}, 16 bits ${mb(sizes.quantised16)}, 8 bits ${mb(sizes.quantised8)}`;
        console.log(`sizes ${name}: ${forms}, ARPA ${mb(sizes.arpa)}`);
        printScoring(compared);
      });
      return { ...compared, sizes };
    });
    const { samples, realTest } = writeSamples(folder);
    const judged = child<Judged>('perplexities', `${general}.kn.16`, samples, realTest);
    say(() => printJudged(judged));
    const loadAfter = loadavg()[0]!;
    if (options.json) console.log(JSON.stringify({ load, loadAfter, training, scoring, judged }, null, 2));
    else console.log(`load average ${load.toFixed(2)} at the start, ${loadAfter.toFixed(2)} at the end`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    'no-peer': { type: 'boolean', default: false },
    lmplz: { type: 'string' },
    tokens: { type: 'string', multiple: true },
    child: { type: 'string' },
  },
});
if (values.child !== undefined) console.log(JSON.stringify(runChild(values.child, positionals)));
else
  bench({
    sizes: (values.tokens ?? ['1e6', '2e6', '5e6', '1e7']).map(Number),
    peer: !values['no-peer'],
    lmplz: values.lmplz,
    json: values.json,
  });
