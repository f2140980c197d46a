import { methodOf } from '../../contract/methods/own.ts';
import type { TrainJob } from '../../contract/worker.ts';
import { build } from '../blocks/block.ts';
import { klWeights } from '../blocks/kl-weights/index.ts';
import { buildModel } from '../blocks/model.ts';
import { procedures } from '../blocks/procedures/index.ts';
import { openEngine } from '../tensor/index.ts';
import { cutBatches, feedsOf, predictedTokens } from '../text/batches.ts';
import { besideOf, readSplits } from '../text/split.ts';
import { readVocabulary } from '../text/vocabulary.ts';

/** Reads the data set of a job, opens an engine and builds the blocks of its method in it. */
export async function openRun(job: TrainJob) {
  const method = methodOf(job);
  const config = method.configure(job.options);
  const [vocabulary, { train, validation, test, classes }] = await Promise.all([
    readVocabulary(job.dataSetFolder),
    readSplits(job.dataSetFolder, besideOf(config.blocks)),
  ]);
  const batches = cutBatches(train, config.training.batch);
  const engine = await openEngine({ backend: job.backend, seed: job.seed, threads: job.threads });
  const klWeight = build(klWeights, config.blocks.klWeight, {
    updatesPerEpoch: config.training.updatesPerEpoch || train.count / config.training.batch,
  });
  const model = buildModel(
    { config, vocabulary: vocabulary.words.length, classes, sentences: train.count, klWeight },
    engine,
  );
  const procedure = build(procedures, config.blocks.procedure, {
    model,
    engine,
    training: config.training,
    seed: job.seed,
    batches: {
      count: batches.length,
      split: train,
      feed: (batch) => feedsOf(train, typeof batch === 'number' ? batches[batch]! : batch),
      words: (index) => predictedTokens(batches[index]!),
    },
  });
  /** Updates between two evaluations. */
  const updatesPerEpoch = config.training.updatesPerEpoch || batches.length;
  return {
    method,
    config,
    vocabulary,
    train,
    validation,
    test,
    batches: batches.length,
    engine,
    model,
    procedure,
    klWeight,
    gauges: model.gauges,
    keepsLast: model.keepsLast,
    updatesPerEpoch,
    /** Updates in the whole run, unless it stops early. */
    updates: updatesPerEpoch * config.training.epochs,
  };
}
export type OpenRun = Awaited<ReturnType<typeof openRun>>;
