/** Studies, and the combinations of blocks that people choose from beside the methods. */
import * as z from 'zod';
import { estimate, optionValues, run, size, study } from '../entities.ts';
import { combination, savedCombination } from '../methods/own.ts';
import { byId, call, nothing } from './call.ts';

export const studyRequest = z.object({
  name: z.string().trim().max(200).optional(),
  dataSetId: z.string(),
  methodIds: z.array(z.string()).min(1),
  size,
  seeds: z.number().int().min(1).max(50),
  /** Changed options by method id; what is absent comes from the size. */
  options: z.record(z.string(), optionValues).default({}),
  pinnedTo: z.string().nullable().default(null),
});
export type StudyRequest = z.infer<typeof studyRequest>;

export const studyEstimate = z.object({
  runs: z.number(),
  /** Wall-clock seconds with the enabled slots. */
  seconds: z.object({ low: z.number(), high: z.number() }),
  /** Largest run. */
  bytes: z.number(),
  deviceId: z.string().nullable(),
  memoryFree: z.number().nullable(),
  perMethod: z.array(z.object({ methodId: z.string(), estimate })),
});

export const studiesCalls = {
  list: call.input(nothing).output(z.array(study)),
  get: call.input(byId).output(study),
  estimate: call.input(studyRequest).output(studyEstimate),
  /** Makes 20 real updates of each method on the device it would go to first; answers the corrected estimate. */
  measure: call.input(studyRequest).output(studyEstimate),
  create: call.input(studyRequest).output(z.object({ study, runs: z.array(run) })),
  rename: call.input(byId.extend({ name: z.string().trim().min(1).max(200) })).output(study),
};

/** Methods that people put together from blocks. */
export const combinationsCalls = {
  list: call.input(nothing).output(z.array(savedCombination)),
  /** A new one, or with an id that one changed. */
  save: call
    .input(z.object({ id: z.string().nullable().default(null), combination }))
    .output(savedCombination),
  /** The text of an exported file. */
  bring: call.input(z.object({ text: z.string().max(1_000_000) })).output(savedCombination),
  export: call.input(byId).output(z.object({ exportId: z.string(), name: z.string() })),
  remove: call.input(byId).output(z.object({})),
};
