import { fileURLToPath } from 'node:url';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach } from 'vitest';
import type { App } from '../app.ts';
import { workerFile, type WorkerName } from '../project.ts';
import { fakeTrain, openTestApp, putDataSet, temporaryHome } from './fixtures.ts';

const fakeMeasure = fileURLToPath(new URL('./fake-measure.ts', import.meta.url));
const fakes: Partial<Record<WorkerName, string>> = { train: fakeTrain, measure: fakeMeasure };

/**
 * For every test of a file: a workbench with the data set «tiny», whose training takes four steps and whose models
 * answer at once, and the client of a window.
 */
export function askedApp() {
  let home = '';
  let remove = () => {};
  let app: App | undefined;
  beforeEach(async () => {
    ({ home, remove } = temporaryHome());
    putDataSet(home, {}, { steps: 4 });
    app = await openTestApp(home, { workers: (name) => fakes[name] ?? workerFile(name) });
  });
  afterEach(async () => {
    await app?.close();
    remove();
  });
  return {
    get home() {
      return home;
    },
    get app() {
      return app!;
    },
    client: () => createRouterClient(app!.router, { context: app!.context }),
  };
}
