import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { dataSetFiles } from '../../contract/datasets.ts';
import { dataSet, splitName } from '../../contract/entities.ts';

/** Gives the tiny text of `writeTinyDataSet` one label column, `topic`: law (0) or animals (1). */
export async function labelTinyData(folder: string): Promise<void> {
  const counts = [0, 0];
  for (const name of splitName.options) {
    const text = await readFile(path.join(folder, dataSetFiles.text(name)), 'utf8');
    const labels = text
      .trimEnd()
      .split('\n')
      .map((line) => (/ (cat|dog|bird) /.test(line) ? 1 : 0));
    for (const label of labels) counts[label]! += 1;
    await writeFile(path.join(folder, dataSetFiles.labels(name, 0)), Int32Array.from(labels));
  }
  const file = path.join(folder, dataSetFiles.description);
  const about = dataSet.omit({ runs: true }).parse(JSON.parse(await readFile(file, 'utf8')));
  const values = ['law', 'animals'].map((value, i) => ({ value, count: counts[i]! }));
  await writeFile(file, JSON.stringify({ ...about, labels: [{ name: 'topic', values }] }));
}
