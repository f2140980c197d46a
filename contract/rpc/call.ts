/** What the calls of every room are made of. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { plainError } from '../entities.ts';

export const call = oc.errors({ EXPECTED: { data: plainError } });
export const byId = z.object({ id: z.string() });
export const nothing = z.object({}).optional();

/** Where a file comes from: a path (desktop, CLI) or an upload of this window (browser). Nothing later may ask which. */
export const source = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('path'), path: z.string() }),
  z.object({ kind: z.literal('upload'), uploadId: z.string(), name: z.string() }),
]);
export type Source = z.infer<typeof source>;
