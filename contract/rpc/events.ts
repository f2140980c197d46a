/** What every window hears. */
import * as z from 'zod';
import { device, notice, point, probe, run, sampleSet, settings } from '../entities.ts';

export const appEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), run }),
  z.object({ kind: z.literal('run-removed'), id: z.string() }),
  z.object({ kind: z.literal('points'), runId: z.string(), points: z.array(point) }),
  z.object({ kind: z.literal('probe'), runId: z.string(), probe }),
  z.object({ kind: z.literal('sample-set'), set: sampleSet }),
  z.object({ kind: z.literal('devices'), devices: z.array(device) }),
  z.object({ kind: z.literal('data-sets-changed') }),
  z.object({ kind: z.literal('studies-changed') }),
  z.object({ kind: z.literal('combinations-changed') }),
  z.object({ kind: z.literal('language-models-changed') }),
  /** An encoder or the vectors of a data set came or went. */
  z.object({ kind: z.literal('encoders-changed') }),
  z.object({ kind: z.literal('settings'), settings }),
  z.object({ kind: z.literal('notice'), notice }),
  /** More was missed than is kept: load everything again. */
  z.object({ kind: z.literal('reload') }),
]);
export type AppEvent = z.infer<typeof appEvent>;
