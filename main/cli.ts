import { runCli } from './cli/run.ts';

const code = await runCli(process.argv.slice(2));
// What was printed must be out before the end, also into a pipe.
process.stdout.write('', () => process.exit(code));
