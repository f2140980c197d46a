import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** @typedef {ReturnType<typeof placesOf>} Places */

/** Where set-up reads and writes. @param {string} root */
export function placesOf(root) {
  const runtime = path.join(root, '.runtime');
  return {
    root,
    runtime,
    status: path.join(runtime, 'status.json'),
    lock: path.join(runtime, 'set-up.lock'),
    log: path.join(runtime, 'set-up.log'),
    nodeFolder: path.join(runtime, 'node-24'),
    packages: path.join(root, 'node_modules'),
    tensor: path.join(runtime, 'tensorflow'),
    tensorPackage: path.join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu'),
    bundledModel: path.join(runtime, 'models', 'general-english.kn'),
    built: path.join(root, 'dist'),
  };
}
