import { randomBytes } from 'node:crypto';
import { renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { pino, type Logger } from 'pino';

export interface Log {
  readonly logger: Logger;
  /** Logs an error nobody foresaw and answers the number under which it stands in the log. */
  report(error: unknown): string;
  close(): void;
}

/** Older lines than these bytes go to one file before the current one. */
const longest = 8 * 1024 * 1024;

/** JSON lines in `<logs>/workbench.log`, written at once so that the last words before a crash are there. */
export function openLog(folder: string): Log {
  const file = path.join(folder, 'workbench.log');
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > longest) renameSync(file, path.join(folder, 'workbench.1.log'));
  const destination = pino.destination({ dest: file, sync: true, mode: 0o600 });
  // With its cause: what a schema found wrong stands there.
  const serializers = { err: pino.stdSerializers.errWithCause };
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers }, destination);
  return {
    logger,
    report(error) {
      const id = randomBytes(4).toString('hex');
      logger.error(
        { id, err: error instanceof Error ? error : new Error(String(error)) },
        'unexpected error',
      );
      return id;
    },
    close: () => destination.end(),
  };
}
