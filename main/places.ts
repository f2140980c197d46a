import { existsSync, globSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { projectRoot } from './project.ts';

export const rendererFolder = path.join(projectRoot, 'dist', 'renderer');

/**
 * The Node that runs worker processes. In a window that is not the running program: Electron refuses to act as
 * Node (a fuse), so the application brings the same Node that the browser shell runs on.
 */
export function nodeProgram(
  env: NodeJS.ProcessEnv = process.env,
  electron: string | undefined = process.versions['electron'],
  resources = (process as { resourcesPath?: string }).resourcesPath ?? '',
): string {
  if (electron === undefined) return process.execPath;
  const given = env['LATENT_WORKBENCH_NODE'];
  if (given && existsSync(given)) return given;
  // As electron-builder.yml lays it out: the carrying package's folder with its `bin` and nothing else.
  const [shipped] = globSync('node/*/bin/node{,.exe}', { cwd: resources });
  if (shipped === undefined) throw new Error(`no Node beside the application in ${resources}`);
  return path.join(resources, shipped);
}

/** The data folder: as asked for, or the place where this system keeps the data of applications. */
export function homeFolder(
  asked: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const wanted = asked ?? env['LATENT_WORKBENCH_HOME'];
  if (wanted) return path.resolve(wanted);
  if (platform === 'darwin')
    return path.join(homedir(), 'Library', 'Application Support', 'Latent Workbench');
  if (platform === 'win32')
    return path.join(env['APPDATA'] ?? path.join(homedir(), 'AppData', 'Roaming'), 'Latent Workbench');
  return path.join(env['XDG_DATA_HOME'] || path.join(homedir(), '.local', 'share'), 'latent-workbench');
}
