import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readSetUp } from '../devices/set-up-status.ts';
import { homeFolder } from '../places.ts';
import { projectRoot, runtimeFolder } from '../project.ts';
import { takesNothing, type Command } from './command.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  usage: ['doctor'],
  about: 'Says what of the set-up is there, what is not, and why.',
  // Asked when something does not work, so it needs neither the data folder nor its lock.
  async run(args, terminal) {
    takesNothing(args);
    const { version } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as {
      version: string;
    };
    const home = homeFolder(terminal.home);
    const steps = readSetUp(runtimeFolder);
    if (terminal.json)
      return terminal.print(JSON.stringify({ version, home, shell: 'cli', node: process.version, steps }));
    terminal.print(`Latent Workbench ${version}, Node ${process.version}, data in ${home}`);
    if (steps.length === 0) terminal.print('The set-up has not run yet: npm start does it.');
    for (const { title, state, version: what, reason, remedy } of steps)
      terminal.print(
        state === 'ready'
          ? `  ready    ${title}: ${what ?? ''}`
          : `  ${state.padEnd(8)} ${title}: ${reason} ${remedy ?? ''}`,
      );
  },
};
