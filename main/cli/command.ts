import { parseArgs } from 'node:util';
import { AppError } from '../../contract/errors.ts';
import type { Rooms } from '../rooms.ts';

/** What a command has of the world. */
export interface Terminal {
  /** One line of the result, on standard output. */
  print(text: string): void;
  /** One line of progress, on standard error. */
  tell(text: string): void;
  /** A document instead of words for people. */
  readonly json: boolean;
  /** Aborted when the person wants an end (Ctrl+C). */
  readonly signal: AbortSignal;
  /** The data folder asked for with --home, if any. */
  readonly home: string | undefined;
  /** Opens the data folder when the command needs it; it is closed when the command ends. */
  rooms(): Promise<Rooms>;
  /** What the process ends with when the command does not throw; 0 unless it says otherwise. */
  exitWith(code: number): void;
}

export interface Command {
  readonly name: string;
  /** How it is called, one way a line. */
  readonly usage: readonly string[];
  readonly about: string;
  run(args: string[], terminal: Terminal): Promise<void>;
}

/** 0 is done. */
export const exitCodes = { foreseen: 1, usage: 2, runFailed: 3, interrupted: 130 } as const;

/** The command was not called as it should be. */
export class UsageError extends Error {}

/** For a command without arguments of its own. */
export const takesNothing = (args: string[]) => void parseArgs({ args, options: {} });

/** A number given on the command line. Throws a usage error naming the flag. */
export function numberOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value)) throw new UsageError(`--${flag} wants a number, not «${text}».`);
  return value;
}

export function wholeNumberOf(flag: string, text: string | undefined, least: number): number | undefined {
  const value = numberOf(flag, text);
  if (value !== undefined && (!Number.isInteger(value) || value < least))
    throw new UsageError(`--${flag} wants a whole number from ${least} on, not «${text}».`);
  return value;
}

/** A run by its id, by the beginning of its id, or the newest one of that name. Throws `runs.not-found`. */
export function findRun({ runs }: Rooms, text: string) {
  const all = runs.list();
  const begins = text.length >= 4 ? all.filter(({ id }) => id.startsWith(text)) : [];
  const found =
    all.find(({ id }) => id === text) ??
    (begins.length === 1 ? begins[0] : undefined) ??
    all.find(({ name }) => name === text);
  if (!found) throw new AppError('runs.not-found', { id: text });
  return found;
}
