import type { Device, Run } from '../../contract/entities.ts';
import { takesAnyRun } from '../devices/describe.ts';
import type { Place } from './schedule.ts';

/** Share of a card that runs may fill: its driver and the display take some. */
const cardShare = 0.95;

/** A device as the scheduler sees it: what its runs need, and what they may need together. */
export function placeOf(device: Device, running: readonly Run[]): Place {
  const busy = running.map((run) => Math.max(run.estimate?.bytes ?? 0, run.peakBytes ?? 0));
  return {
    deviceId: device.id,
    enabled: device.enabled,
    onlyPinned: !takesAnyRun(device),
    slots: device.slots,
    busy,
    memory: memoryOf(device, running),
  };
}

function memoryOf(device: Device, running: readonly Run[]): number | null {
  if (device.memoryTotal === null) return null;
  // What other programs hold on a card shows in its own count only, and cannot be told from what our runs hold.
  if (device.backend === 'cuda') return device.memoryTotal * cardShare;
  const ours = running.reduce((sum, run) => sum + (run.peakBytes ?? 0), 0);
  return device.memoryTotal - Math.max(0, (device.memoryUsed ?? 0) - ours);
}
