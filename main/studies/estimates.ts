import os from 'node:os';
import type { DataSet, Device, Estimate, Run } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import type { OptionValues } from '../../contract/methods/index.ts';
import type { Store } from '../../db/store.ts';
import type { DataSetsRoom } from '../datasets/datasets.ts';
import type { DevicesRoom } from '../devices/devices.ts';
import { calibrated } from './calibrate.ts';
import { atSpeed, guessedSpeed, workOf, type FormulaEstimate } from './work.ts';

export interface EstimatesOptions {
  store: Store;
  dataSets: DataSetsRoom;
  devices: DevicesRoom;
  now: () => number;
}

/** Finished runs of a device that its estimates are corrected by. */
const timingsUsed = 20;

/** Time and memory before the start, and what finished runs teach about them. */
export function estimatesRoom({ store, dataSets, devices, now }: EstimatesOptions) {
  return {
    /** Where a run would go first. Throws `devices.not-found` and `devices.none-enabled`. */
    deviceFor(pinnedTo: string | null): Device {
      if (pinnedTo !== null) return devices.get(pinnedTo);
      const device = devices.list().find((candidate) => candidate.enabled);
      if (!device) throw new AppError('devices.none-enabled');
      return device;
    },
    of(methodId: string, options: OptionValues, data: DataSet, device: Device): Estimate {
      const timings = store.timings.ofDevice(device.id, timingsUsed);
      return calibrated(byFormula(methodId, options, data, device), methodId, timings);
    },
    /** A finished run tells how good the formula was on its device. */
    learn(run: Run): void {
      const device = devices.list().find(({ id }) => id === run.deviceId);
      if (!device || run.peakBytes === null || run.seconds <= 0) return;
      const formula = byFormula(run.methodId, run.options, dataSets.get(run.dataSetId), device);
      store.timings.add({
        at: now(),
        deviceId: device.id,
        methodId: run.methodId,
        secondsByFormula: formula.seconds,
        seconds: run.seconds,
        bytesByFormula: formula.bytes,
        bytes: run.peakBytes,
      });
    },
  };
}
export type EstimatesRoom = ReturnType<typeof estimatesRoom>;

/** On a device with its slots as they are now. */
function byFormula(methodId: string, options: OptionValues, data: DataSet, device: Device): FormulaEstimate {
  const threads = Math.max(1, Math.floor(os.availableParallelism() / Math.max(1, device.slots)));
  return atSpeed(workOf(methodId, options, data), guessedSpeed(device.backend, threads));
}
