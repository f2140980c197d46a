import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataSetFiles } from '../../contract/datasets.ts';
import { representationFiles, representedSplits } from '../../contract/encoders.ts';
import { vectorsOfRun } from '../../contract/vectors-id.ts';
import { writerOf } from '../measure/write-samples.ts';
import { labelTinyData } from '../text/testing-labels.ts';
import { restoreBest } from '../train/checkpoint.ts';
import { openRun } from '../train/open.ts';
import { ofKind, runHere, tinyData, tinyJob } from '../train/testing.ts';
import { representByRun } from './codes-of-run.ts';

let folder: string;
let dataSetFolder: string;
const encoderId = vectorsOfRun('00000000-0000-4000-8000-000000000001');
const jobOf = (methodId: string, options = {}) =>
  tinyJob({ methodId, dataSetFolder, runFolder: path.join(folder, methodId), options });
const place = () => path.join(dataSetFolder, representationFiles.folder(encoderId));

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'codes-of-run-'));
  dataSetFolder = await tinyData(folder);
  mkdirSync(place(), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('codes of a finished run become vectors of its data set, and outlines of another run', async () => {
  const job = jobOf('vae', { epochs: 2, latent: 3 });
  await runHere(job);
  const shares: number[] = [];
  const made = await representByRun({ job, encoderId, folder: place() }, async (share) => {
    shares.push(share);
  });
  expect(made).toEqual({ encoderId, width: 3, sentences: { train: 48, validation: 12, test: 12 } });
  expect(shares.at(-1)).toBe(1);

  const run = await openRun(job);
  await restoreBest(job.runFolder, run.engine, 'vae');
  const writer = writerOf(run.model, run.engine, run.vocabulary);
  for (const name of representedSplits) {
    const bytes = readFileSync(path.join(place(), representationFiles.vectors(name)));
    const found = [...new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)];
    expect(found).toEqual([...writer.encode(run[name], { sampled: false })!]);
  }
  run.engine.dispose();

  const outlines = jobOf('neural-outlines', {
    ...{ representation: 'given', vectors: encoderId, latent: 3, epochs: 2, updatesPerEpoch: 2 },
    ...{ playerLayers: 1 },
  });
  expect(ofKind(await runHere(outlines), 'finished')).toHaveLength(1);
}, 60_000);

const tell = async (): Promise<void> => {};

test('a run without a code, and one that was never saved, are refused', async () => {
  await expect(
    representByRun({ job: jobOf('lstm-lm'), encoderId, folder: place() }, tell),
  ).rejects.toMatchObject({ code: 'encoders.run', facts: { reason: 'it has no code' } });
  await expect(representByRun({ job: jobOf('aae'), encoderId, folder: place() }, tell)).rejects.toMatchObject(
    { code: 'runs.no-model' },
  );
});

test('a method that leaves sentences without a label out gives no vectors for them, and is refused', async () => {
  await labelTinyData(dataSetFolder);
  const labels = path.join(dataSetFolder, dataSetFiles.labels('test', 0));
  const bytes = readFileSync(labels);
  bytes.writeInt32LE(-1, 0);
  writeFileSync(labels, bytes);
  await expect(
    representByRun({ job: jobOf('vfae'), encoderId, folder: place() }, tell),
  ).rejects.toMatchObject({
    code: 'encoders.run',
    facts: { reason: 'it leaves sentences without a label out' },
  });
});
