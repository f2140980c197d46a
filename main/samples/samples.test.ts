import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { dataSetFiles } from '../../contract/datasets.ts';
import type { Run } from '../../contract/entities.ts';
import type { StudyRequest } from '../../contract/rpc.ts';
import { workerFile } from '../project.ts';
import { openNgramThread } from './ngram.ts';
import { askedApp } from '../testing/asked-app.ts';
import { nextOf, putDataSet, until } from '../testing/fixtures.ts';

const opened = askedApp();
const { client } = opened;

async function finished(
  methodId = 'vae',
  options: StudyRequest['options'] = {},
  dataSetId = 'tiny',
): Promise<Run> {
  const request = { dataSetId, size: 'quick', options, pinnedTo: null } as const;
  const { runs } = opened.app.context.studies.create({ ...request, methodIds: [methodId], seeds: 1 });
  for (const { id } of runs) await until(() => opened.app.context.runs.get(id).status === 'finished');
  return opened.app.context.runs.get(runs.at(-1)!.id);
}
const setIdOf = (run: Run) => `${run.id}-samples`;

/** The evaluator of the data set, made of its own sentences by the real n-gram model. */
async function makeEvaluator(): Promise<void> {
  const ngram = openNgramThread(workerFile('ngram'));
  const folder = path.join(opened.home, 'datasets', 'tiny');
  const [text, model] = [
    path.join(folder, dataSetFiles.text('train')),
    path.join(folder, dataSetFiles.evaluator),
  ];
  await ngram.ask('train', { text, model, order: 2, discountFallback: true });
  await ngram.close();
}

describe('a sample set', () => {
  test('is listed with its run and read by page, with perplexity, copies and what was copied from training', async () => {
    const run = await finished();
    expect(await client().samples.sets({ runId: run.id })).toMatchObject([{ id: setIdOf(run), count: 4 }]);
    const page = await client().samples.page({ setId: setIdOf(run), sort: 'fppl' });
    expect(page).toMatchObject({ total: 4, occurrences: 0 });
    // 'the' and 'cat' and 'sat' have ids, 'dog' has none: only the first training sentence is seen as it is written.
    expect(page.samples[0]).toEqual({
      ...{ index: 0, text: 'the cat sat .', words: 4, copies: 2, copiedFromTraining: true },
      // log10 -2 over five tokens.
      fppl: expect.closeTo(10 ** 0.4, 10) as unknown,
    });
    // The length that is shown is the one that is filtered by.
    const filtered = await client().samples.page({ setId: setIdOf(run), shortest: 4, longest: 4 });
    expect(filtered.samples).toEqual(
      page.samples.filter(({ words }) => words === 4).toSorted((a, b) => a.index - b.index),
    );
    expect(filtered.samples.length).toBeGreaterThan(0);
    expect(page.samples.map(({ copiedFromTraining }) => copiedFromTraining)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  test('is searched plainly and by pattern, and a bad pattern says why', async () => {
    const setId = setIdOf(await finished());
    const search = (query: object) => client().samples.page({ setId, ...query });
    expect(await search({ search: 'cat' })).toMatchObject({ total: 2, occurrences: 2 });
    expect(await search({ search: '^a .*away', pattern: true })).toMatchObject({
      total: 1,
      samples: [{ text: 'a dog ran away .' }],
    });
    await expect(search({ search: '[', pattern: true })).rejects.toMatchObject({
      data: { code: 'samples.pattern' },
    });
  });

  test('that is not there says so', async () => {
    await expect(client().samples.page({ setId: 'none' })).rejects.toMatchObject({
      data: { code: 'samples.not-found' },
    });
  });

  test('is set beside another one by code seed', async () => {
    const [a, b] = [await finished('vae'), await finished('lagging')];
    const { total, rows } = await client().samples.compare({
      setIds: [setIdOf(a), setIdOf(b)],
      align: 'code',
      offset: 3,
      limit: 1,
    });
    expect(total).toBe(4);
    expect(rows).toMatchObject([
      { key: '4', cells: [{ text: 'seed 1 says hello .' }, { text: 'seed 1 says hello .' }] },
    ]);
  });
});

describe('language models', () => {
  test('are those whose files are there, with what they were made of', async () => {
    expect(await client().languageModels.list()).toEqual([]);
    await makeEvaluator();
    expect(await client().languageModels.list()).toMatchObject([
      { id: 'evaluator:tiny', title: 'Evaluator of Tiny', order: 2, sentences: 4 },
    ]);
  });

  test('score a set and its sentences', async () => {
    const setId = setIdOf(await finished());
    await makeEvaluator();
    const bundled = path.join(opened.home, 'runtime', 'models', 'general-english.kn');
    const perplexity = await client().samples.score({ setId, languageModelId: 'evaluator:tiny' });
    expect(perplexity).toMatchObject({ sentences: 4, tokens: 22, languageModel: 'Evaluator of Tiny' });
    const [low, high] = perplexity.interval!;
    expect(low).toBeLessThanOrEqual(perplexity.value);
    expect(high).toBeGreaterThanOrEqual(perplexity.value);
    await expect(client().samples.score({ setId, languageModelId: 'bundled' })).rejects.toMatchObject({
      data: { code: 'ngram.model-missing', facts: { path: bundled } },
    });
  });

  test('of another data set give other perplexities to the same sentences', async () => {
    const setId = setIdOf(await finished());
    await makeEvaluator();
    putDataSet(opened.home, { id: 'other', name: 'Other' });
    writeFileSync(
      path.join(opened.home, 'datasets', 'other', dataSetFiles.evaluator),
      readFileSync(path.join(opened.home, 'datasets', 'tiny', dataSetFiles.evaluator)),
    );
    const own = await client().samples.page({ setId });
    const other = await client().samples.page({ setId, languageModelId: 'evaluator:other' });
    const score = await client().samples.score({ setId, languageModelId: 'evaluator:other' });
    expect(other.samples[0]!.fppl).not.toBe(own.samples[0]!.fppl);
    // The corpus perplexity is the mean of the sentences' in logarithms, weighted by words and the end of each.
    const logs = other.samples.reduce((sum, { fppl, words }) => sum + (words + 1) * Math.log(fppl), 0);
    expect(Math.exp(logs / 22)).toBeCloseTo(score.value, 6);
  });

  test('say word by word what surprised them and what would have been likelier', async () => {
    await makeEvaluator();
    const words = await client().samples.words({
      text: 'the cat unicorn',
      languageModelId: 'evaluator:tiny',
    });
    expect(words.map(({ word, known }) => [word, known])).toEqual([
      ['the', true],
      ['cat', true],
      ['unicorn', false],
      ['</s>', true],
    ]);
    for (const { bits, order, likelier } of words) {
      expect(order).toBeGreaterThanOrEqual(1);
      for (const { probability } of likelier) expect(probability).toBeGreaterThan(2 ** -bits);
    }
  });
});

describe('a saved model', () => {
  test('reconstructs: the mean once, samples as many as asked for, words without an id named', async () => {
    const run = await finished();
    const answer = await client().samples.reconstruct({ runId: run.id, sentence: 'The cat flew', copies: 2 });
    expect(answer).toEqual({
      mean: 'mean of The cat flew',
      sampled: ['0 The cat flew', '1 The cat flew'],
      unknown: ['flew'],
      label: null,
    });
  });

  test('that is told a label rewrites a sentence with others, by the names that the data give them', async () => {
    const values = ['noun', 'verb', 'adverb'].map((value) => ({ value, count: 1 }));
    putDataSet(opened.home, { id: 'labelled', labels: [{ name: 'part', values }] }, { steps: 4 });
    const run = await finished('vfae', {}, 'labelled');
    const ask = (request: object) =>
      client().samples.transfer({ runId: run.id, sentence: 'It flew', to: ['adverb', 'noun'], ...request });
    expect(await ask({ from: 'verb' })).toEqual({
      from: 'verb',
      rewritten: [
        { label: 'adverb', text: 'It flew from 1 to 2', selfBleu: 0 },
        { label: 'noun', text: 'It flew from 1 to 0', selfBleu: 0.25 },
      ],
      unknown: ['flew'],
    });
    await expect(ask({ to: ['noise'] })).rejects.toMatchObject({
      data: {
        code: 'samples.label',
        facts: { label: 'noise', column: 'part', known: ['noun', 'verb', 'adverb'] },
      },
    });
    const again = await client().samples.reconstruct({
      ...{ runId: run.id, sentence: 'It flew', copies: 1, label: 'adverb' },
    });
    expect(again.label).toBe('adverb');
    expect(opened.app.context.samples.labelsOf(run.id)).toEqual(['noun', 'verb', 'adverb']);
  });

  test('that is told none says so', async () => {
    const run = await finished();
    const refused = { data: { code: 'samples.no-label', facts: { method: 'Variational autoencoder' } } };
    const asked = { runId: run.id, sentence: 'a', to: ['noun'] };
    await expect(client().samples.transfer(asked)).rejects.toMatchObject(refused);
    const labelled = { runId: run.id, from: 'a', to: 'b', steps: 3, label: 'noun' };
    await expect(client().samples.interpolate(labelled)).rejects.toMatchObject(refused);
    expect(() => opened.app.context.samples.labelsOf(run.id)).toThrow('told no label');
  });

  test('is opened once for several questions', async () => {
    const run = await finished();
    const ask = () => client().samples.interpolate({ runId: run.id, from: 'a', to: 'b', steps: 3 });
    const [first, second] = [await ask(), await ask()];
    expect(first.sentences).toEqual(['a', expect.stringMatching(/^\d+$/), 'b']);
    expect(second).toEqual(first);
  });

  test('writes new samples that stay with the run, and every window hears of them', async () => {
    const run = await finished();
    const events = await client().events({});
    const request = { runId: run.id, decoding: { kind: 'greedy' as const }, count: 3, seed: 5 };
    const set = await client().samples.generate(request);
    expect(await nextOf(events, 'sample-set')).toMatchObject({ set: { id: set.id } });
    expect((await client().samples.sets({ runId: run.id })).map(({ id }) => id)).toContain(set.id);
    expect((await client().samples.page({ setId: set.id })).samples[0]).toMatchObject({
      text: 'new .',
      copies: 3,
    });
  });

  test('whose process ends is a bug of one question; the next one is answered', async () => {
    const run = await finished();
    const ask = (sentence: string) => client().samples.reconstruct({ runId: run.id, sentence, copies: 1 });
    await expect(ask('die')).rejects.toMatchObject({ data: { code: 'bug.unexpected' } });
    expect((await ask('live')).mean).toBe('mean of live');
    await expect(ask('fail')).rejects.toMatchObject({ data: { code: 'runs.no-model' } });
  });

  test('that cannot be opened says why', async () => {
    const run = await finished('vae', { vae: { latent: 13 } });
    await expect(
      client().samples.reconstruct({ runId: run.id, sentence: 'a', copies: 1 }),
    ).rejects.toMatchObject({
      data: { code: 'tensor.backend-missing' },
    });
  });

  test('without a code cannot reconstruct', async () => {
    const run = await finished('lstm-lm');
    await expect(
      client().samples.reconstruct({ runId: run.id, sentence: 'a', copies: 1 }),
    ).rejects.toMatchObject({
      data: { code: 'samples.no-prior', facts: { method: 'LSTM language model', action: 'reconstruct' } },
    });
  });

  test('that was never saved cannot be asked', async () => {
    opened.app.context.devices.configure('cpu', { slots: 1 });
    writeFileSync(
      path.join(opened.home, 'datasets', 'tiny', 'behaviour.json'),
      '{"steps":1000000,"saveEvery":1000000}',
    );
    const request = {
      dataSetId: 'tiny',
      size: 'quick',
      options: {},
      pinnedTo: null,
      methodIds: ['vae'],
      seeds: 1,
    } as const;
    const [run] = opened.app.context.studies.create({ ...request, methodIds: ['vae'] }).runs;
    const question = { runId: run!.id, sentence: 'a', copies: 1 };
    await expect(client().samples.reconstruct(question)).rejects.toMatchObject({
      data: { code: 'runs.no-model' },
    });
    await expect(client().exports.model({ runId: run!.id })).rejects.toMatchObject({
      data: { code: 'runs.no-model' },
    });
  });
});

describe('exports', () => {
  const textOf = async (ticket: { exportId: string }) =>
    readFileSync((await opened.app.context.handOver.exported(ticket.exportId)).path, 'utf8');

  test('samples as text, as a spreadsheet, and as lines that begin with what they are', async () => {
    const setId = setIdOf(await finished());
    const exported = async (format: 'txt' | 'csv' | 'jsonl') =>
      textOf(await client().exports.samples({ setId, format }));
    expect((await exported('txt')).split('\n')[1]).toBe('a dog ran away .');
    expect((await exported('csv')).split('\r\n')[1]).toMatch(/^0,the cat sat \.,4,2\.51\d*,2,true,$/);
    const [about, first] = (await exported('jsonl')).split('\n');
    expect(JSON.parse(about!)).toMatchObject({ set: { id: setId, seed: 1 } });
    expect(JSON.parse(first!)).toMatchObject({ index: 0, text: 'the cat sat .' });
  });

  test('curves with one row a point', async () => {
    const run = await finished();
    const csv = await textOf(await client().exports.series({ runIds: [run.id] }));
    const [head, ...rows] = csv.trimEnd().split('\r\n');
    expect(head).toMatch(/^run,run id,step,epoch,loss,/);
    expect(rows).toHaveLength(4);
    expect(rows[1]).toContain(`,2,0.2,50,`);
  });

  test('a model with weights, vocabulary, settings and a card in words', async () => {
    const run = await finished();
    const { exportId, name } = await client().exports.model({ runId: run.id });
    expect(name).toBe('variational-autoencoder.zip');
    const { path: file } = await opened.app.context.handOver.exported(exportId);
    const contents = unzipSync(readFileSync(file));
    const text = (entry: string) => Buffer.from(contents[entry]!).toString();
    expect(text('model.safetensors')).toBe('parameters');
    expect(text('vocabulary.txt')).toContain('<unk>\nthe\ncat\n');
    expect(JSON.parse(text('settings.json'))).toMatchObject({ method: 'vae', seed: 1, options: run.options });
    expect(text('README.md')).toContain('NLL per sentence: 31.000 nats');
  });

  test('of nothing say that there is nothing', async () => {
    const empty = { format: 'csv' as const, title: 'x', columns: [], rows: [] };
    await expect(client().exports.table(empty)).rejects.toMatchObject({ data: { code: 'exports.nothing' } });
  });
});
