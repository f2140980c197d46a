import path from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '../../contract/errors.ts';
import { linesOf } from '../lines.ts';
import { workerFile } from '../project.ts';
import { openNgramThread, type Ngram } from '../samples/ngram.ts';
import { UsageError, wholeNumberOf, type Command, type Terminal } from './command.ts';

export const ngramCommand: Command = {
  name: 'ngram',
  usage: [
    'ngram train FILE [--order 5] [--prune 0,0,1] [--last-ngram-rule] [--discount-fallback] [--skip-reserved]',
    '            [--vocabulary K] -o MODEL [--arpa OUT]',
    'ngram score MODEL FILE [--json]',
  ],
  about: 'Estimates a Kneser-Ney model of a text, or scores a text with one (own format or ARPA).',
  // Works on files alone, so it needs no data folder.
  async run([what, ...args], terminal) {
    const ngram = openNgramThread(workerFile('ngram'));
    try {
      if (what === 'train') await train(args, ngram, terminal);
      else if (what === 'score') await score(args, ngram, terminal);
      else throw new UsageError('ngram wants train or score.');
    } finally {
      await ngram.close();
    }
  },
};

async function train(args: string[], ngram: Ngram, terminal: Terminal): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      order: { type: 'string', default: '5' },
      prune: { type: 'string', multiple: true },
      'last-ngram-rule': { type: 'boolean', default: false },
      'discount-fallback': { type: 'boolean', default: false },
      'skip-reserved': { type: 'boolean', default: false },
      vocabulary: { type: 'string' },
      out: { type: 'string', short: 'o' },
      arpa: { type: 'string' },
    },
  });
  // As KenLM's own program takes them too, --prune 0 0 1: the numbers after the first are then no file names.
  const isThreshold = (text: string) => values.prune !== undefined && /^\d+$/.test(text);
  const [file, ...others] = positionals.filter((text) => !isThreshold(text));
  if (file === undefined || others.length > 0) throw new UsageError('ngram train wants one text file.');
  if (values.out === undefined && values.arpa === undefined) throw new UsageError('Say where to: -o MODEL.');
  const prune = [
    ...(values.prune ?? []).flatMap((text) => text.split(',')),
    ...positionals.filter(isThreshold),
  ];
  let phase = '';
  const { report, bytes } = await ngram.ask(
    'train',
    {
      text: path.resolve(file),
      order: wholeNumberOf('order', values.order, 1),
      ...(prune.length > 0 ? { prune: prune.map((text) => wholeNumberOf('prune', text, 0)) } : {}),
      ...(values.vocabulary === undefined
        ? {}
        : { vocabulary: wholeNumberOf('vocabulary', values.vocabulary, 1) }),
      lastNgramRule: values['last-ngram-rule'],
      discountFallback: values['discount-fallback'],
      ...(values['skip-reserved'] ? { reserved: 'skip' } : {}),
      ...(values.out === undefined ? {} : { model: path.resolve(values.out) }),
      ...(values.arpa === undefined ? {} : { arpa: path.resolve(values.arpa) }),
      card: { title: path.basename(file), madeOf: path.basename(file) },
    },
    (progress) => {
      if (progress.phase !== phase) terminal.tell(`${progress.phase} ...`);
      phase = progress.phase;
    },
  );
  for (const { sentence } of report.fallbackOrders) terminal.tell(sentence);
  if (terminal.json) return terminal.print(JSON.stringify({ ...report, bytes: bytes ?? null }));
  terminal.print(`${report.sentences} sentences, ${report.words} words, ${report.types} different ones`);
  terminal.print(`n-grams by order: ${report.ngrams.join(', ')}`);
  if (bytes !== undefined) terminal.print(`${values.out}: ${(bytes / 1e6).toFixed(1)} MB`);
}

/** Sentences scored in one call to the thread: enough to forget the cost of a call. */
const batch = 10_000;

async function score(args: string[], ngram: Ngram, terminal: Terminal): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [model, text] = positionals.map((file) => path.resolve(file));
  if (model === undefined || text === undefined || positionals.length > 2)
    throw new UsageError('ngram score wants a model and a text file.');
  if (terminal.json)
    for await (const sentences of batches(text)) {
      const scores = await ngram.ask('scoreWords', { model, sentences });
      scores.forEach(({ log10, tokens, oov }, i) =>
        terminal.print(JSON.stringify({ text: sentences[i], log10, tokens, oov })),
      );
    }
  const { tokens, oov, perplexityWithOov, perplexityWithoutOov } = await ngram.ask('score', { model, text });
  if (terminal.json)
    return terminal.print(JSON.stringify({ tokens, oov, perplexityWithOov, perplexityWithoutOov }));
  terminal.print(`${tokens} tokens, sentence ends counted; ${oov} unknown`);
  terminal.print(
    `perplexity ${perplexityWithOov.toFixed(2)}, without unknown words ${perplexityWithoutOov.toFixed(2)}`,
  );
}

/** Throws `ngram.unreadable`. */
async function* batches(file: string): AsyncGenerator<string[]> {
  let sentences: string[] = [];
  try {
    for await (const line of linesOf(file)) {
      sentences.push(line);
      if (sentences.length < batch) continue;
      yield sentences;
      sentences = [];
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('ngram.unreadable', { file, reason });
  }
  if (sentences.length > 0) yield sentences;
}
