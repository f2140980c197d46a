import type { Adapter } from '../contract/worker.ts';
import { openStore } from '../db/store.ts';
import { combinationsRoom } from './combinations/combinations.ts';
import { dataSetsRoom } from './datasets/datasets.ts';
import { queryAdapters } from './devices/adapters.ts';
import { devicesRoom } from './devices/devices.ts';
import { readSetUp } from './devices/set-up-status.ts';
import { encodersRoom } from './encoders/encoders.ts';
import { modelJobOf } from './runs/model-job.ts';
import { representedIn } from './encoders/represented.ts';
import { exportsRoom } from './exports/exports.ts';
import { openHandOver } from './hand-over.ts';
import { openHome } from './home/home.ts';
import { lockHome } from './home/lock.ts';
import { languageModels as languageModelsRoom } from './language-models/language-models.ts';
import { openLog } from './log.ts';
import { noticesRoom } from './notices/notices.ts';
import { runtimeFolder, workerFile, type WorkerName } from './project.ts';
import { queueRoom } from './queue/queue.ts';
import type { Rooms, Shell } from './rooms.ts';
import { openFeed } from './rpc/feed.ts';
import { router } from './rpc/router.ts';
import { environmentOf } from './runs/job.ts';
import { runControl } from './runs/control.ts';
import { runsRoom } from './runs/runs.ts';
import { modelProcesses } from './samples/model-processes.ts';
import { openNgramThread } from './samples/ngram.ts';
import { samplesRoom } from './samples/samples.ts';
import { settingsRoom } from './settings/settings.ts';
import { estimatesRoom } from './studies/estimates.ts';
import { studiesRoom } from './studies/studies.ts';

export interface AppOptions {
  /** The data folder. */
  home: string;
  version: string;
  shell: Shell;
  /** Folder of the set-up, `.runtime` of the project unless a test has another. */
  runtime?: string;
  /** Files the worker processes are started with; a test has its own. */
  workers?: (name: WorkerName) => string;
  /** Graphics adapters beside NVIDIA's cards, as a process of their own finds them unless a test has its own. */
  adapters?: (signal: AbortSignal) => Promise<Adapter[]>;
  /** Leaves the queue alone until somebody opens it: a command that only looks must not start a training. */
  idle?: boolean;
  /** Milliseconds of a second of the heartbeat watch. */
  second?: number;
}

export type App = Awaited<ReturnType<typeof openApp>>;

/**
 * Opens the data folder and puts the rooms together. `context` goes with every call to `router`.
 * Throws `home.locked`, `store.newer`, `store.migration`.
 */
export async function openApp(options: AppOptions) {
  const { home: folder, version, shell, runtime = runtimeFolder, workers = workerFile } = options;
  const now = Date.now;
  const home = openHome(folder);
  const unlock = lockHome(folder);
  const log = openLog(home.logs);
  try {
    const store = openStore(home.store);
    const feed = openFeed();
    const printedBy = (worker: WorkerName) => (line: string) => log.logger.warn({ worker }, line);
    const handOver = openHandOver(folder);
    const settings = settingsRoom({ store, feed });
    const notices = noticesRoom({ store, feed, now });
    const { adapters = (signal) => queryAdapters(workers('gpu'), process.env, { signal }) } = options;
    const devices = await devicesRoom({ store, feed, runtime, adapters });
    const dataSets = dataSetsRoom({
      store,
      feed,
      home,
      handOver,
      worker: workers('ingest'),
      onPrint: printedBy('ingest'),
    });
    await dataSets.recover();
    const runs = runsRoom({ store, feed, home, notices, now });
    const estimates = estimatesRoom({ store, dataSets, devices, now });
    const queue = queueRoom({
      store,
      feed,
      home,
      runs,
      devices,
      dataSets,
      settings,
      worker: workers('train'),
      finished: estimates.learn,
      second: options.second,
    });
    const combinations = combinationsRoom({ store, feed, now });
    const drive = { home, settings, worker: workers('train'), second: options.second };
    const studies = studiesRoom({
      ...{ store, feed, combinations, dataSets, devices, estimates, queue, drive, now },
      vectors: (dataSetId) => representedIn(home, dataSetId),
    });
    const control = runControl({ store, runs, queue });
    const ngram = openNgramThread(workers('ngram'));
    const languageModels = languageModelsRoom({
      dataSets,
      feed,
      home,
      handOver,
      runtime,
      ngram,
      worker: workers('language-models'),
      onPrint: printedBy('language-models'),
    });
    await languageModels.recover();
    const encoders = encodersRoom({
      dataSets,
      devices,
      home,
      handOver,
      feed,
      runs,
      jobOfModel: (run) => modelJobOf(run, { dataSets, devices, settings, home }),
      worker: workers('representations'),
      onPrint: printedBy('representations'),
    });
    await encoders.recover();
    const models = modelProcesses({
      file: workers('measure'),
      onPrint: printedBy('measure'),
      env: ({ backend, threads }) => environmentOf({ backend, id: backend }, threads),
    });
    const samples = samplesRoom({
      store,
      feed,
      home,
      runs,
      dataSets,
      devices,
      settings,
      models,
      languageModels,
      ngram,
    });
    const exports = exportsRoom({ home, handOver, runs, dataSets, samples, version });
    devices.connect({ runningOn: queue.runningOn, changed: queue.devicesChanged });
    runs.recover();
    if (!options.idle) queue.open();
    const context: Rooms = {
      feed,
      handOver,
      settings,
      notices,
      devices,
      dataSets,
      runs,
      control,
      queue,
      studies,
      combinations,
      samples,
      languageModels,
      ngram,
      encoders,
      exports,
      doctor: () => ({ version, home: folder, shell, steps: readSetUp(runtime) }),
      report: log.report,
    };
    log.logger.info({ version, shell, home: folder }, 'opened');
    return {
      router,
      context,
      async close() {
        dataSets.close();
        languageModels.close();
        encoders.close();
        await studies.close();
        await queue.close();
        models.closeAll();
        await ngram.close();
        await devices.close();
        feed.close();
        store.close();
        log.logger.info('closed');
        log.close();
        unlock();
      },
    };
  } catch (error) {
    log.close();
    unlock();
    throw error;
  }
}
