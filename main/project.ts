import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);

/** Runs from source under Node's type stripping, or from the bundle in `dist/`. */
const fromSource = here.endsWith('.ts');

/** Folder that holds `package.json`: the checkout, or the packaged application. */
export const projectRoot = nearest(path.dirname(here));

/**
 * A packed application keeps its files in an archive that only Electron reads; what other programs open (workers,
 * native code, the set-up's folder) is laid out beside it.
 */
export function unpacked(file: string): string {
  return file.replace(/([/\\]app\.asar)(?=[/\\])/, '$1.unpacked');
}

/** What the set-up made: tensor runtime, bundled language model, `status.json`. */
export const runtimeFolder = unpacked(path.join(projectRoot, '.runtime'));

export type WorkerName =
  'train' | 'measure' | 'ingest' | 'ngram' | 'language-models' | 'representations' | 'gpu';

/** The file a worker process is started with; rooms never import one another. */
export function workerFile(name: WorkerName): string {
  return fromSource
    ? path.join(projectRoot, 'workers', name, 'entry.ts')
    : unpacked(path.join(projectRoot, 'dist', 'workers', `${name}.mjs`));
}

function nearest(folder: string): string {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  const above = path.dirname(folder);
  if (above === folder) throw new Error(`no package.json above ${here}`);
  return nearest(above);
}
