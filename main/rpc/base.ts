import { implement, ORPCError } from '@orpc/server';
import type { AsyncIteratorClass } from '@orpc/server';
import { toPlainError } from '../../contract/errors.ts';
import { contract } from '../../contract/rpc.ts';
import type { Rooms } from '../rooms.ts';
import { openChannel } from './channel.ts';

type Report = Rooms['report'];

/** What crosses the pipe: a foreseen error with its code and facts, anything else as a number in the log. */
function forThePipe(error: unknown, report: Report): ORPCError<'EXPECTED', unknown> {
  const data = toPlainError(error, report);
  return new ORPCError('EXPECTED', { message: data.code, data });
}

/** Every procedure of the contract, with errors already turned into their plain form. */
export const base = implement(contract)
  .$context<Rooms>()
  .use(async ({ context, next }) => {
    try {
      return await next();
    } catch (error) {
      throw forThePipe(error, context.report);
    }
  });

/**
 * A feed that a handler writes. An error in it crosses the pipe like that of a call; when the reader leaves early,
 * `signal` says so to the writer.
 */
export function feedOf<T>(
  report: Report,
  write: (push: (value: T) => void, signal: AbortSignal) => Promise<void>,
): AsyncIteratorClass<T, void, void> {
  const leaving = new AbortController();
  const channel = openChannel<T>(() => leaving.abort());
  write(channel.push, leaving.signal).then(
    () => channel.end(),
    (error: unknown) => channel.fail(leaving.signal.aborted ? error : forThePipe(error, report)),
  );
  return channel.reader;
}
