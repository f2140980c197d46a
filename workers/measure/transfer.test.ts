import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { labelTinyData } from '../text/testing-labels.ts';
import { ofKind, runHere, tinyData, tinyJob } from '../train/testing.ts';
import { openSavedModel } from './saved-model.ts';
import { keptBleu } from './self-bleu.ts';

let folder: string;
let vfae: ReturnType<typeof tinyJob>;
let arae: ReturnType<typeof tinyJob>;
let plain: ReturnType<typeof tinyJob>;
let trained: Awaited<ReturnType<typeof runHere>>;
const events = { breathe: async () => {}, onShare: () => {} };

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'transfer-'));
  const dataSetFolder = await tinyData(folder);
  await labelTinyData(dataSetFolder);
  const job = (methodId: string, options = {}) =>
    tinyJob({ methodId, dataSetFolder, runFolder: path.join(folder, methodId), options });
  // Far enough that the label decides the topic: no price on the code, much of the words.
  vfae = job('vfae', {
    epochs: 35,
    learningRate: 0.02,
    optimizer: 'adam',
    fairness: 0,
    latent: 2,
    hidden: 16,
    batch: 8,
  });
  arae = job('arae', {
    transfer: 'label',
    labelWeight: 1,
    labelWidth: 8,
    classifierRate: 0.003,
    epochs: 60,
    optimizer: 'adam',
    learningRate: 0.01,
    hidden: 16,
    latent: 4,
    batch: 8,
    criticUpdates: 1,
    dropoutIn: 0,
    dropoutOut: 0,
  });
  plain = job('vae', { epochs: 1 });
  trained = await runHere(vfae);
  await runHere(arae);
  await runHere(plain);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const animals = /\b(cat|dog|bird)\b/;
const law = /\b(judge|clerk|court)\b/;
const sentences = ['the cat eats the fish', 'the judge signs the form today'];

test.each(['vfae', 'arae'])(
  '%s: the same sentence comes out with the subject of the other label',
  async (id) => {
    const answer = await openSavedModel(id === 'vfae' ? vfae : arae);
    const asked = await answer({ kind: 'transfer', sentences, from: 1, to: [0, 1] }, events);
    if (asked.kind !== 'transfer') throw new Error('wrong kind of answer');
    expect(asked.from).toBe(1);
    expect(asked.rewritten.map((each) => each.length)).toEqual([2, 2]);
    asked.rewritten.forEach((each, i) =>
      each.forEach((text, j) => expect(asked.selfBleu[i]![j]).toBe(keptBleu(text, sentences[i]!))),
    );
    for (const [asLaw, asAnimals] of asked.rewritten) {
      expect(asLaw).toMatch(law);
      expect(asAnimals).toMatch(animals);
    }
  },
);

test('rewriting with the label it was read with is its reconstruction', async () => {
  const answer = await openSavedModel(vfae);
  for (const label of [0, 1]) {
    const own = await answer({ kind: 'transfer', sentences, from: label, to: [label] }, events);
    const same = await answer(
      { kind: 'reconstruct', sentences, copies: 1, mean: true, seed: 0, label },
      events,
    );
    if (own.kind !== 'transfer' || same.kind !== 'reconstruct') throw new Error('wrong kind of answer');
    expect(own.rewritten).toEqual(same.reconstructions);
    expect(same.label).toBe(label);
  }
});

test('without a label the commonest one is taken, and said', async () => {
  const answer = await openSavedModel(vfae);
  const task = { kind: 'interpolate', from: sentences[0]!, to: sentences[1]!, steps: 3 } as const;
  const line = await answer({ ...task, label: null }, events);
  if (line.kind !== 'interpolate') throw new Error('wrong kind of answer');
  expect(line.sentences).toHaveLength(3);
  expect(await answer({ ...task, label: line.label }, events)).toEqual(line);
  const asked = await answer({ kind: 'transfer', sentences, from: null, to: [0] }, events);
  expect(asked).toMatchObject({ from: line.label });
});

test('a label that no sentence bears, and a model that is told none, are refused', async () => {
  const answer = await openSavedModel(vfae);
  await expect(answer({ kind: 'transfer', sentences, from: null, to: [2] }, events)).rejects.toMatchObject({
    code: 'samples.label-unseen',
    facts: { label: 3, count: 2 },
  });
  const untold = await openSavedModel(plain);
  await expect(untold({ kind: 'transfer', sentences, from: null, to: [0] }, events)).rejects.toMatchObject({
    code: 'samples.no-label',
  });
});

test('every run of labelled data says how well its codes show the label, and how varied its samples are', () => {
  const { results } = ofKind(trained, 'finished')[0]!;
  expect(results.probeLabel).toBe('topic');
  expect(results.probeCommonest).toBeGreaterThanOrEqual(0.5);
  expect(results.probeAccuracy).toBeGreaterThan(0);
  expect(results.probeAccuracy).toBeLessThanOrEqual(1);
  for (const { set } of ofKind(trained, 'sampled')) expect(set.selfBleu![4]).toBeLessThanOrEqual(1);
});
