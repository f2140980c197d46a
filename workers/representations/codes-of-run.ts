import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { representationFiles, representedSplits, type Representations } from '../../contract/encoders.ts';
import { AppError } from '../../contract/errors.ts';
import type { TrainJob } from '../../contract/worker.ts';
import { writerOf } from '../measure/write-samples.ts';
import { readSplit, takeRows } from '../text/split.ts';
import { restoreBest } from '../train/checkpoint.ts';
import { openRun } from '../train/open.ts';

/** Sentences encoded between two words about how far the work is. */
const AT_ONCE = 1024;

/**
 * Writes the posterior means that the model of a finished run gives the sentences of its data set.
 * @throws AppError `encoders.run` for a run without a code, or whose method leaves sentences out; `runs.no-model`
 */
export async function representByRun(
  { job, encoderId, folder }: { job: TrainJob; encoderId: string; folder: string },
  tell: (share: number) => Promise<void>,
): Promise<Representations> {
  const run = await openRun(job);
  try {
    const { method, model, engine, vocabulary } = run;
    const refuse = (reason: string) => new AppError('encoders.run', { name: method.title, reason });
    if (!model.posterior) throw refuse('it has no code');
    for (const name of representedSplits)
      if (run[name].count !== (await readSplit(job.dataSetFolder, name)).count)
        throw refuse('it leaves sentences without a label out');
    await restoreBest(job.runFolder, engine, method.title);
    const writer = writerOf(model, engine, vocabulary);
    const total = representedSplits.reduce((sum, name) => sum + run[name].count, 0);
    const sentences: Record<string, number> = {};
    let done = 0;
    for (const name of representedSplits) {
      const split = run[name];
      const { count } = split;
      const vectors = new Float32Array(count * model.posterior.dim);
      for (let from = 0; from < count; from += AT_ONCE) {
        const rows = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => from + i);
        vectors.set(writer.encode(takeRows(split, rows), { sampled: false })!, from * model.posterior.dim);
        await tell((done += rows.length) / total);
      }
      await writeFile(path.join(folder, representationFiles.vectors(name)), vectors);
      sentences[name] = count;
    }
    const made = { encoderId, width: model.posterior.dim, sentences } as Representations;
    await writeFile(path.join(folder, representationFiles.description), JSON.stringify(made));
    return made;
  } finally {
    run.engine.dispose();
  }
}
