/**
 * What main and the import process (`workers/ingest/entry.ts`, forked, one request a process) say to each other.
 * Main resolves uploads to paths first, so an import never knows where a file came from.
 */
import * as z from 'zod';
import { dataSet, importSettings, plainError } from './entities.ts';
import { preview } from './rpc.ts';

/** A file on disk and the name the person knows it by. */
export const ingestFile = z.object({ path: z.string(), name: z.string() });
export type IngestFile = z.infer<typeof ingestFile>;

/** `folder` does not exist yet; the process fills it and main moves it into place and stores the row. */
const target = { id: z.string(), folder: z.string() };

export const toIngestWorker = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('preview'),
    files: z.array(ingestFile).min(1),
    settings: importSettings.partial(),
  }),
  z.object({
    kind: z.literal('import'),
    files: z.array(ingestFile).min(1),
    settings: importSettings,
    ...target,
  }),
  z.object({ kind: z.literal('sample'), ...target }),
  z.object({ kind: z.literal('synthetic'), seed: z.number().int(), ...target }),
  /** Stop now, remove what was written, answer `failed` with `import.cancelled`. */
  z.object({ kind: z.literal('cancel') }),
]);
export type ToIngestWorker = z.infer<typeof toIngestWorker>;

export const fromIngestWorker = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('preview'), preview }),
  z.object({
    kind: z.literal('progress'),
    stage: z.enum(['reading', 'splitting', 'writing', 'evaluator']),
    /** 0 to 1 over the whole import. */
    share: z.number(),
    lines: z.number().int(),
  }),
  /** The folder is complete; `runs` is main's to count. */
  z.object({ kind: z.literal('done'), dataSet: dataSet.omit({ runs: true }) }),
  z.object({ kind: z.literal('failed'), error: plainError }),
]);
export type FromIngestWorker = z.infer<typeof fromIngestWorker>;
