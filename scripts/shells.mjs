import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Electron's program where its package has it; asking the package itself would make it download.
 * @param {string} packages the folder of installed packages
 * @returns {string | undefined}
 */
export function electronProgram(packages) {
  const folder = path.join(packages, 'electron');
  const note = path.join(folder, 'path.txt');
  if (!existsSync(note)) return undefined;
  const program = path.join(folder, 'dist', readFileSync(note, 'utf8').trim());
  return existsSync(program) ? program : undefined;
}

/**
 * Which shell to start, and why it is not a window where it is not.
 * @param {object} facts
 * @param {boolean} facts.serverAsked
 * @param {string | undefined} facts.electron Electron's program
 * @param {NodeJS.Platform} facts.platform
 * @param {NodeJS.ProcessEnv} facts.env
 * @param {boolean} facts.root
 * @returns {{ shell: 'window' } | { shell: 'server', reason: string | undefined }}
 */
export function chooseShell({ serverAsked, electron, platform, env, root }) {
  if (serverAsked) return { shell: 'server', reason: undefined };
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY'])
    return { shell: 'server', reason: 'This machine has no display, so the workbench opens in a browser.' };
  if (!electron)
    return {
      shell: 'server',
      reason: 'Electron is not installed with its program, so the workbench opens in a browser.',
    };
  // Chromium inside Electron refuses to run its sandbox as root, and we do not run it without.
  if (platform === 'linux' && root)
    return {
      shell: 'server',
      reason: 'A window is not opened as root, so the workbench opens in a browser.',
    };
  return { shell: 'window' };
}
