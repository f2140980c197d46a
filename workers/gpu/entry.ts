/**
 * Dawn, WebGPU outside of a browser. As a process forked by main this file says which adapters there are, and ends; as
 * a thread of a training process it owns the graphics device and does what the computing thread asks (commands.ts).
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { FromGpuWorker } from '../../contract/worker.ts';
import type { Command, DeviceAnswer, DeviceRequest } from './commands.ts';

async function list(): Promise<void> {
  const { listAdapters } = await import('./adapters.ts');
  const said: FromGpuWorker = { kind: 'adapters', adapters: await listAdapters() };
  process.send!(said, () => process.exit(0));
}

async function serve(request: DeviceRequest): Promise<void> {
  const say = (answer: DeviceAnswer) => parentPort!.postMessage(answer);
  const { openDevice } = await import('./device.ts');
  const opened = await openDevice(request);
  if (typeof opened === 'string') return say({ kind: 'absent', reason: opened });
  // One after the other: what comes after a read must not overtake it.
  let before: void | Promise<void>;
  parentPort!.on('message', (commands: readonly Command[]) => {
    for (const command of commands) {
      before = before ? before.then(() => opened.carryOut(command)) : opened.carryOut(command);
    }
  });
  say({ kind: 'ready', adapter: opened.adapter, limits: opened.limits });
}

const request = workerData as DeviceRequest | null;
if (!isMainThread && request?.kind === 'device') await serve(request);
else if (process.send) await list();
