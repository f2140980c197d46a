/** The command line over the fake training worker; every other worker is the real one. */
import path from 'node:path';
import { openApp } from '../app.ts';
import { runCli } from '../cli/run.ts';
import { workerFile } from '../project.ts';
import { fakeTrain, writeSetUp } from './fixtures.ts';

process.exitCode = await runCli(process.argv.slice(2), (options) => {
  const runtime = path.join(options.home, 'runtime');
  writeSetUp(runtime, 'CPU');
  return openApp({
    ...options,
    runtime,
    workers: (name) => (name === 'train' ? fakeTrain : workerFile(name)),
    adapters: async () => [],
  });
});
process.stdout.write('', () => process.exit());
