import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DataSet, Device } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import type { OptionValues } from '../../contract/methods/index.ts';
import type { Home } from '../home/home.ts';
import { environmentOf, jobOf } from '../runs/job.ts';
import { startTrainProcess } from '../runs/train-process.ts';
import type { SettingsRoom } from '../settings/settings.ts';

export interface TestDriveOptions {
  home: Home;
  settings: SettingsRoom;
  /** The file a run's process is started with. */
  worker: string;
  second?: number;
}

export interface Driven {
  methodId: string;
  options: OptionValues;
  data: DataSet;
  device: Device;
}

/**
 * A few real pieces of a run in a process of their own, on the device the run would have. Answers what the whole run
 * would take. Throws `estimates.failed`, `estimates.cancelled` and what the worker foresaw.
 */
export async function testDrive(
  { methodId, options, data, device }: Driven,
  { home, settings, worker, second }: TestDriveOptions,
  signal: AbortSignal,
): Promise<{ seconds: number; bytes: number }> {
  const runId = `test-drive-${randomUUID()}`;
  const job = {
    ...jobOf({
      run: { id: runId, methodId, options, seed: 1 },
      dataSet: data,
      device,
      settings: settings.get(),
      home,
      cores: os.availableParallelism(),
      resume: false,
    }),
    runFolder: path.join(home.incoming, runId),
  };
  const printed: string[] = [];
  let ended: Promise<void> | undefined;
  let stop = (): void => {};
  try {
    return await new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new AppError('estimates.cancelled'));
      const process = startTrainProcess({
        file: worker,
        job,
        foresee: true,
        env: environmentOf(device, job.threads),
        second,
        onPrint: (line) => printed.push(line),
        onMessage(message) {
          if (message.kind === 'foreseen') resolve(message);
          if (message.kind === 'failed') reject(new AppError(message.error.code, message.error.facts));
        },
        onGone: (reason) =>
          reject(new AppError('estimates.failed', { reason: [reason, ...printed.slice(-2)].join('; ') })),
      });
      ({ ended } = process);
      stop = () => {
        reject(new AppError('estimates.cancelled'));
        process.kill();
      };
      signal.addEventListener('abort', stop, { once: true });
    });
  } finally {
    signal.removeEventListener('abort', stop);
    // Until then it holds its memory, and may write.
    await ended;
    rmSync(job.runFolder, { recursive: true, force: true });
  }
}
