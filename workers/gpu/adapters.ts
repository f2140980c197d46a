import { create } from 'webgpu';
import type { Adapter } from '../../contract/worker.ts';

/**
 * Dawn lists its adapters only in the complaint about a name that is none, one a line:
 * ` * backend: 'vulkan', name: 'NVIDIA H200'`. A card that several drivers offer stands there once for each.
 */
export function namesIn(complaint: string): string[] {
  const lines = [...complaint.matchAll(/^ \* backend: '[^']*', name: '(.*)'$/gm)];
  return [...new Set(lines.map(([, name]) => name!))];
}

/**
 * Zeroing the memory that a group of shader threads shares takes a software adapter many times as long to compile as
 * the rest (7.7 s fell to 1.8 s for the first update of a small VAE). TF.js writes that memory before it reads it.
 */
const forSoftware = 'enable-dawn-features=disable_workgroup_init';

/** An adapter and the object that must live as long as its devices do. */
export async function openAdapter(name: string, { software = false } = {}) {
  const gpu = create([`adapter=${name}`, ...(software ? [forSoftware] : [])]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  return adapter && { gpu, adapter };
}

/** Every adapter of this machine, in Dawn's order. */
export async function listAdapters(): Promise<Adapter[]> {
  const found: Adapter[] = [];
  for (const name of namesIn(await complaintAbout('none of these'))) {
    const opened = await openAdapter(name);
    if (opened) found.push(describe(name, opened.adapter));
  }
  return found;
}

export function describe(name: string, { info, limits }: GPUAdapter): Adapter {
  return {
    ...{ name, vendor: info.vendor, architecture: info.architecture, software: info.isFallbackAdapter },
    largestBuffer: Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize),
  };
}

/** Empty where there is no adapter at all. */
async function complaintAbout(name: string): Promise<string> {
  try {
    await openAdapter(name);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
