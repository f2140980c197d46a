import path from 'node:path';
import type { App } from '../main/app.ts';
import { openApp } from '../main/app.ts';
import { temporaryHome } from '../main/testing/fixtures.ts';

/** The workbench over an empty data folder with the sample corpus imported, as a first-time user has it. */
export async function withSampleCorpus<T>(work: (app: App, dataSetId: string) => Promise<T>): Promise<T> {
  const { home, remove } = temporaryHome();
  const app = await openApp({ home: path.join(home, 'data'), version: 'bench', shell: 'cli' });
  try {
    const nothing = (): void => {};
    const set = await app.context.dataSets.import({ kind: 'sample' }, nothing, new AbortController().signal);
    return await work(app, set.id);
  } finally {
    await app.close();
    remove();
  }
}
