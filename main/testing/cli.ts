import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The command line over the fake training worker, as a program that can be started. */
export const cliWithFakes = fileURLToPath(new URL('./cli-with-fakes.ts', import.meta.url));

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** One call of the command line on a data folder, to its end. */
export function cliOn(home: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cliWithFakes, ...args, '--home', home], (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

/** Standard output as the one document that it must be. */
export const documentOf = ({ out }: Outcome): unknown => JSON.parse(out);
