/** What the parts of the fake main process share. */
import { implement } from '@orpc/server';
import type { ErrorCode, Facts } from '../../../contract/errors.ts';
import { contract, type AppEvent } from '../../../contract/rpc.ts';
import type { FakeState } from './state.ts';

export const os = implement(contract);

export interface World {
  readonly state: FakeState;
  /** Milliseconds that slow work takes. */
  readonly delay: number;
  send(event: AppEvent): void;
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Throws the expected error of a call. */
export function refuse(errors: object, code: ErrorCode, facts: Facts): never {
  throw (errors as { EXPECTED: (o: { data: unknown }) => Error }).EXPECTED({ data: { code, facts } });
}

export function found<T>(item: T | undefined): T {
  if (item === undefined) throw new Error('not in the fake');
  return item;
}
