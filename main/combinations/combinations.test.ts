import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { methodById } from '../../contract/methods/index.ts';
import type { Combination } from '../../contract/methods/own.ts';
import { askedApp } from '../testing/asked-app.ts';
import { nextOf, until } from '../testing/fixtures.ts';

const opened = askedApp();
const { client } = opened;

const mine = (name = 'Flat VAE', kl = 0.5): Combination => {
  const vae = methodById('vae');
  const { blocks } = vae.configure(vae.preset('quick', 'text'));
  return { name, basis: 'vae', blocks: { ...blocks, klWeight: { kind: 'constant', value: kl } } };
};
const study = (methodIds: string[], options = {}) => ({
  ...({ dataSetId: 'tiny', size: 'quick', seeds: 1, pinnedTo: null } as const),
  methodIds,
  options,
});

test('a combination is saved, listed, changed and deleted, and every window hears of it', async () => {
  const events = await client().events({});
  const saved = await client().combinations.save({ combination: mine() });
  await nextOf(events, 'combinations-changed');
  expect(await client().combinations.list()).toEqual([saved]);
  const changed = await client().combinations.save({ id: saved.id, combination: mine('Flatter', 0.2) });
  expect(changed).toMatchObject({ id: saved.id, name: 'Flatter', createdAt: saved.createdAt });
  expect(await client().combinations.list()).toEqual([changed]);
  await client().combinations.remove({ id: saved.id });
  expect(await client().combinations.list()).toEqual([]);
  await expect(client().combinations.remove({ id: saved.id })).rejects.toMatchObject({
    data: { code: 'combinations.not-found' },
  });
});

test('two of one name, and blocks that do not fit, are refused', async () => {
  await client().combinations.save({ combination: mine() });
  await expect(client().combinations.save({ combination: mine() })).rejects.toMatchObject({
    data: { code: 'combinations.name-taken', facts: { name: 'Flat VAE' } },
  });
  const { name, basis, blocks } = mine('Other');
  const broken = { name, basis, blocks: { ...blocks, procedure: { kind: 'alternating' as const } } };
  await expect(client().combinations.save({ combination: broken })).rejects.toMatchObject({
    data: { code: 'combinations.misfit', facts: { misfit: 'alternatingNeedsAdversary' } },
  });
});

test('an exported file comes back as the same combination under a name of its own', async () => {
  const saved = await client().combinations.save({ combination: mine() });
  const { exportId, name } = await client().combinations.export({ id: saved.id });
  expect(name).toBe('flat-vae.json');
  const text = readFileSync((await opened.app.context.handOver.exported(exportId)).path, 'utf8');
  const brought = await client().combinations.bring({ text });
  expect(brought).toMatchObject({ name: 'Flat VAE (2)', basis: 'vae', blocks: saved.blocks });
  await expect(client().combinations.bring({ text: text.slice(5) })).rejects.toMatchObject({
    data: { code: 'combinations.file' },
  });
});

test('it is estimated, trained and asked like any other, and a run keeps what it was after a change', async () => {
  const saved = await client().combinations.save({ combination: mine() });
  const id = `own:${saved.id}`;
  const request = study([id, 'lstm-lm'], { [id]: { latent: 4 } });
  const estimate = await client().studies.estimate(request);
  expect(estimate.perMethod.map(({ methodId }) => methodId)).toEqual(['lstm-lm', id]);
  const { runs, study: made } = await client().studies.create(request);
  expect(made.name).toBe('LSTM language model, Flat VAE on Tiny');
  const run = runs.find(({ methodId }) => methodId === id)!;
  expect(run.name).toBe('Flat VAE');
  await client().combinations.remove({ id: saved.id });
  await until(() => opened.app.context.runs.get(run.id).status === 'finished');
  const answer = await client().samples.reconstruct({ runId: run.id, sentence: 'a', copies: 1 });
  expect(answer.mean).toBe('mean of a');
  const { exportId } = await client().exports.model({ runId: run.id });
  expect(exportId).not.toBe('');
  await expect(client().studies.create(study([id]))).rejects.toMatchObject({
    data: { code: 'combinations.not-found' },
  });
});
