import { fromGpuWorker, webgpuVariables, type Adapter } from '../../contract/worker.ts';
import { startWorker } from '../worker-process.ts';

/** Milliseconds that a graphics driver gets to say what it has. */
const patience = 5000;

/**
 * Graphics adapters of this machine, as a process of its own finds them, since a driver that crashes takes its process
 * along. Those that compute on the processor count only where the environment asks for them. Nothing when there is no
 * answer, nor once `signal` ends the look-up.
 */
export async function queryAdapters(
  file: string,
  env: NodeJS.ProcessEnv = process.env,
  { milliseconds = patience, signal }: { milliseconds?: number; signal?: AbortSignal } = {},
): Promise<Adapter[]> {
  let found: Adapter[] = [];
  const worker = startWorker({
    file,
    // Vulkan's loader complains here where there is no driver, which is what is being asked.
    onPrint: () => {},
    onMessage(raw) {
      const said = fromGpuWorker.safeParse(raw);
      if (said.success) found = said.data.adapters;
      worker.kill();
    },
  });
  const timer = setTimeout(worker.kill, milliseconds);
  if (signal?.aborted) worker.kill();
  signal?.addEventListener('abort', worker.kill, { once: true });
  await worker.ended;
  signal?.removeEventListener('abort', worker.kill);
  clearTimeout(timer);
  const software = env[webgpuVariables.software] === '1';
  return found.filter((adapter) => software || !adapter.software);
}
