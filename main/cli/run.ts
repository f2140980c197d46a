import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AppError, explain, toPlainError } from '../../contract/errors.ts';
import { openApp, type App } from '../app.ts';
import { exitCodes, UsageError, type Command, type Terminal } from './command.ts';
import { combinationCommand } from './combination.ts';
import { doctorCommand } from './doctor.ts';
import { encoderCommand } from './encoder.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { dataSetsCommand, devicesCommand, runsCommand } from './lists.ts';
import { methodsCommand } from './methods.ts';
import { ngramCommand } from './ngram.ts';
import { rewriteCommand } from './rewrite.ts';
import { sampleCommand } from './sample.ts';
import { studyCommand } from './study.ts';
import { homeFolder } from '../places.ts';
import { projectRoot } from '../project.ts';

const commands: readonly Command[] = [
  importCommand,
  dataSetsCommand,
  methodsCommand,
  combinationCommand,
  studyCommand,
  runsCommand,
  sampleCommand,
  rewriteCommand,
  ngramCommand,
  encoderCommand,
  exportCommand,
  devicesCommand,
  doctorCommand,
];

/** What every command takes, wherever it stands on the line. */
interface Common {
  readonly home: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
  readonly rest: string[];
}

function commonOf(args: readonly string[]): Common {
  const rest: string[] = [];
  let [home, json, help]: [string | undefined, boolean, boolean] = [undefined, false, false];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i]!;
    if (arg === '--json') json = true;
    else if (arg === '--help' || arg === '-h') help = true;
    else if (arg.startsWith('--home=')) home = arg.slice('--home='.length);
    else if (arg === '--home') {
      home = args[(i += 1)];
      if (home === undefined) throw new UsageError('--home wants a folder.');
    } else rest.push(arg);
  }
  return { home, json, help, rest };
}

function usage(shown: readonly Command[] = commands): string {
  return [
    ...shown.flatMap(({ usage, about }) => [...usage.map((line) => `  ${line}`), `      ${about}`]),
    'Everywhere: --home DIR, --json (one document on standard output), --help.',
  ].join('\n');
}

/** Runs one command and answers the exit code. A test opens the data folder with workers of its own. */
export async function runCli(args: readonly string[], open: typeof openApp = openApp): Promise<number> {
  const ending = new AbortController();
  process.on('SIGINT', () => ending.abort());
  process.on('SIGTERM', () => ending.abort());
  let app: App | undefined;
  let json = args.includes('--json');
  let command: Command | undefined;
  let code = 0;
  try {
    const common = commonOf(args);
    json = common.json;
    const [name, ...rest] = common.rest;
    command = commands.find((candidate) => candidate.name === name);
    if (common.help || name === undefined) {
      console.log(usage(command ? [command] : commands));
      return name === undefined && !common.help ? exitCodes.usage : 0;
    }
    if (!command) throw new UsageError(`There is no command «${name}».`);
    const terminal: Terminal = {
      print: (text) => console.log(text),
      tell: (text) => console.error(text),
      json,
      signal: ending.signal,
      home: common.home,
      exitWith: (wanted) => (code = wanted),
      async rooms() {
        const { version } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as {
          version: string;
        };
        app ??= await open({ home: homeFolder(common.home), version, shell: 'cli', idle: true });
        return app.context;
      },
    };
    await command.run(rest, terminal);
    return code;
  } catch (error) {
    return complain(error, { json, command, report: app?.context.report });
  } finally {
    await app?.close();
  }
}

interface Complaint {
  json: boolean;
  command: Command | undefined;
  report: ((error: unknown) => string) | undefined;
}

function complain(error: unknown, { json, command, report }: Complaint): number {
  if (error instanceof UsageError || isParseError(error)) {
    const lines = usage(command ? [command] : commands);
    if (json) say({ code: 'usage', facts: {}, sentence: error.message, remedy: lines });
    else console.error(`${error.message}\n${lines}`);
    return exitCodes.usage;
  }
  const plain = toPlainError(error, (bug) => {
    // Before the data folder is open there is no log to write it to.
    if (!report) console.error(bug);
    return report?.(bug) ?? 'above';
  });
  const words = explain(plain.code, plain.facts);
  if (json) say({ ...plain, ...words });
  else console.error(`${words.sentence} ${words.remedy}`);
  const interrupted = error instanceof AppError && /\.cancelled$/.test(error.code);
  return interrupted ? exitCodes.interrupted : exitCodes.foreseen;
}

const say = (error: object) => console.log(JSON.stringify({ error }));

/** Of `parseArgs`: an unknown flag, a missing value. */
const isParseError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
