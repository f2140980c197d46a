import path from 'node:path';
import { parseArgs } from 'node:util';
import { homeFolder } from '../places.ts';
import { projectRoot } from '../project.ts';
import { startWindowShell } from './shell.ts';

// Electron adds arguments of its own, which are none of ours.
const { values } = parseArgs({
  options: { home: { type: 'string' } },
  strict: false,
  allowPositionals: true,
});

await startWindowShell({
  home: homeFolder(typeof values.home === 'string' ? values.home : undefined),
  preload: path.join(projectRoot, 'dist', 'preload.cjs'),
});
