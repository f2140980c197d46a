import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where distributions put Chromium, which brings SwiftShader: Vulkan that computes on the processor. */
const chromiumFolders = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
/** Vulkan's loader, which Dawn opens by name. */
const loaders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

/**
 * Environment in which tests of WebGPU find an adapter that computes on the processor; undefined where there is none.
 * @param {string[]} [folders]
 * @param {string[]} [libraries]
 * @returns {NodeJS.ProcessEnv | undefined}
 */
export function softwareGpu(folders = chromiumFolders, libraries = loaders) {
  const driver = folders.map((f) => path.join(f, 'vk_swiftshader_icd.json')).find((f) => existsSync(f));
  if (!driver || !libraries.some((folder) => existsSync(path.join(folder, 'libvulkan.so.1'))))
    return undefined;
  return { VK_DRIVER_FILES: driver, LATENT_WORKBENCH_WEBGPU_SOFTWARE: '1' };
}
