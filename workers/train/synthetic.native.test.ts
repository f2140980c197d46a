import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataSetFiles, firstWord, specialWords } from '../../contract/datasets.ts';
import { splitName } from '../../contract/entities.ts';
import { SyntheticModel, syntheticSizes } from '../ingest/synthetic-model.ts';
import { saveNgram, trainNgramFile } from '../ngram/index.ts';
import { availableBackends } from '../tensor/index.ts';
import { splitFrom } from '../text/split.ts';
import { ofKind, runHere, tinyJob } from './testing.ts';

const native = availableBackends().find(({ backend }) => backend === 'cpu');
const skipped = native?.available ? '' : ` (skipped: ${native?.reason})`;

/**
 * The lesson of He et al. 2019 in its first 100 updates (compare the figure statistics of methods.md section 5):
 * by then aggressive training has spread the codes, while basic training leaves the encoder at the prior.
 */
describe.skipIf(!native?.available)(`the synthetic data set${skipped}`, () => {
  const updates = 100;
  const batch = 16;
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'synthetic-'));
    const model = new SyntheticModel(1);
    const sizes = { train: updates * batch, validation: 400, test: 400, evaluator: 200 };
    let first = 0;
    for (const name of splitName.options) {
      const sentences: number[][] = [];
      for (; sentences.length < sizes[name]; first += 8) {
        for (const { words } of model.draw(first)) sentences.push(words.map((word) => word + firstWord));
      }
      const split = splitFrom(sentences);
      writeFileSync(path.join(folder, dataSetFiles.tokens(name)), split.tokens);
      writeFileSync(path.join(folder, dataSetFiles.offsets(name)), split.offsets);
      const lines = sentences.map((ids) => ids.map((id) => `w${id - firstWord}`).join(' '));
      writeFileSync(path.join(folder, dataSetFiles.text(name)), `${lines.join('\n')}\n`);
    }
    writeFileSync(path.join(folder, dataSetFiles.description), JSON.stringify({ labels: [] }));
    const words = Array.from({ length: syntheticSizes.vocabulary }, (_, i) => `w${i}`);
    writeFileSync(path.join(folder, dataSetFiles.vocabulary), `${[...specialWords, ...words].join('\n')}\n`);
    const { model: evaluator } = trainNgramFile(path.join(folder, dataSetFiles.text('evaluator')), {
      order: 2,
      discountFallback: true,
    });
    saveNgram(evaluator, path.join(folder, dataSetFiles.evaluator));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const train = async (methodId: string) => {
    const options = {
      embedding: 50,
      hidden: 50,
      latent: 2,
      batch,
      epochs: 1,
      updatesPerEpoch: updates,
      importanceSentences: 50,
      importanceSamples: 50,
    };
    const job = tinyJob({
      methodId,
      dataSetFolder: folder,
      runFolder: path.join(folder, methodId),
      backend: 'cpu',
      options,
    });
    return ofKind(await runHere({ ...job, seed: 1 }), 'finished')[0]!.results;
  };

  test('a vae is still collapsed, aggressive training is not', { timeout: 300_000 }, async () => {
    const basic = await train('vae');
    expect(basic).toMatchObject({ au: 0, collapse: 'collapsed' });
    expect(basic.kl).toBeLessThan(0.1);
    const aggressive = await train('lagging');
    expect(aggressive).toMatchObject({ au: 2, collapse: 'alive' });
    expect(aggressive.kl).toBeGreaterThan(1);
    expect(aggressive.mi).toBeGreaterThan(1);
    expect(aggressive.elbo!).toBeLessThan(basic.elbo!);
  });
});
