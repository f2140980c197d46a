/** Exports, settings and notices. */
import * as z from 'zod';
import { notice, settings } from '../entities.ts';
import { call, nothing } from './call.ts';

export const exportsCalls = {
  /** Writes a file and answers what the shell's host needs to hand it to the user. */
  table: call
    .input(
      z.object({
        format: z.enum(['csv', 'latex', 'json']),
        title: z.string(),
        columns: z.array(
          z.object({
            key: z.string(),
            title: z.string(),
            numeric: z.boolean(),
            lowerIsBetter: z.boolean().optional(),
          }),
        ),
        rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
      }),
    )
    .output(z.object({ exportId: z.string(), name: z.string() })),
  samples: call
    .input(z.object({ setId: z.string(), format: z.enum(['txt', 'csv', 'jsonl']) }))
    .output(z.object({ exportId: z.string(), name: z.string() })),
  model: call
    .input(z.object({ runId: z.string() }))
    .output(z.object({ exportId: z.string(), name: z.string() })),
  series: call
    .input(z.object({ runIds: z.array(z.string()).min(1) }))
    .output(z.object({ exportId: z.string(), name: z.string() })),
};

export const settingsCalls = {
  get: call.input(nothing).output(settings),
  set: call.input(settings.partial()).output(settings),
};

export const noticesCalls = {
  list: call.input(nothing).output(z.array(notice)),
  clear: call.input(nothing).output(z.object({})),
};
