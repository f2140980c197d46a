import os from 'node:os';
import type { DataSet, Device, Estimate, Run } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import type { OptionValues } from '../../contract/methods/index.ts';
import type { Store, Timing } from '../../db/store.ts';
import type { DataSetsRoom } from '../datasets/datasets.ts';
import { takesAnyRun } from '../devices/describe.ts';
import type { DevicesRoom } from '../devices/devices.ts';
import { calibrated } from './calibrate.ts';
import type { Driven } from './test-drive.ts';
import { atSpeed, guessedSpeed, workOf, type FormulaEstimate } from './work.ts';

export interface EstimatesOptions {
  store: Store;
  dataSets: DataSetsRoom;
  devices: DevicesRoom;
  now: () => number;
}

/** Finished runs and test drives of a device that its estimates are corrected by. */
const timingsUsed = 40;

/** Options in a fixed order, and the data: two runs with the same text differ in their seeds only. */
const likenessOf = (options: OptionValues, data: DataSet): string =>
  JSON.stringify([data.id, ...Object.entries(options).toSorted(([a], [b]) => (a < b ? -1 : 1))]);

/** Time and memory before the start, and what finished runs teach about them. */
export function estimatesRoom({ store, dataSets, devices, now }: EstimatesOptions) {
  function learn(
    origin: Timing['origin'],
    run: Driven,
    { seconds, bytes }: { seconds: number; bytes: number },
  ): void {
    const { methodId, options, data, device } = run;
    const formula = byFormula(methodId, options, data, device);
    store.timings.add({
      ...{ at: now(), origin, likeness: likenessOf(options, data), deviceId: device.id, methodId },
      ...{ secondsByFormula: formula.seconds, seconds, bytesByFormula: formula.bytes, bytes },
    });
  }

  return {
    /** Where a run would go first. Throws `devices.not-found` and `devices.none-enabled`. */
    deviceFor(pinnedTo: string | null): Device {
      if (pinnedTo !== null) return devices.get(pinnedTo);
      const device = devices.list().find((candidate) => candidate.enabled && takesAnyRun(candidate));
      if (!device) throw new AppError('devices.none-enabled');
      return device;
    },
    of(methodId: string, options: OptionValues, data: DataSet, device: Device): Estimate {
      const timings = store.timings.ofDevice(device.id, timingsUsed);
      const likeness = likenessOf(options, data);
      return calibrated(byFormula(methodId, options, data, device), { methodId, likeness }, timings);
    },
    /** A finished run tells how good the formula was on its device. */
    learn(run: Run): void {
      const device = devices.list().find(({ id }) => id === run.deviceId);
      if (!device || run.peakBytes === null || run.seconds <= 0) return;
      const { methodId, options, seconds, peakBytes: bytes } = run;
      learn('run', { methodId, options, data: dataSets.get(run.dataSetId), device }, { seconds, bytes });
    },
    /** What a test drive foresaw counts until a run like it has finished. */
    learnDrive: (driven: Driven, foreseen: { seconds: number; bytes: number }): void =>
      learn('drive', driven, foreseen),
  };
}
export type EstimatesRoom = ReturnType<typeof estimatesRoom>;

/** On a device with its slots as they are now. */
function byFormula(methodId: string, options: OptionValues, data: DataSet, device: Device): FormulaEstimate {
  const threads = Math.max(1, Math.floor(os.availableParallelism() / Math.max(1, device.slots)));
  return atSpeed(workOf(methodId, options, data), guessedSpeed(device.backend, threads));
}
