/** Runs, their queue, and the devices that they run on. */
import * as z from 'zod';
import { device, point, probe, run } from '../entities.ts';
import { byId, call, nothing } from './call.ts';

export const runsCalls = {
  list: call.input(nothing).output(z.array(run)),
  get: call.input(byId).output(run),
  /** All points of a run in order of steps. */
  series: call.input(byId).output(z.array(point)),
  probes: call.input(byId).output(z.array(probe)),
  log: call
    .input(byId)
    .output(
      z.array(z.object({ at: z.number(), level: z.enum(['info', 'warn', 'error']), text: z.string() })),
    ),
  pause: call.input(byId).output(run),
  resume: call.input(byId).output(run),
  stop: call.input(byId.extend({ keep: z.boolean() })).output(run),
  /** Continues a crashed or failed run from its last save. */
  continue: call.input(byId).output(run),
  annotate: call
    .input(
      byId.extend({
        name: z.string().trim().min(1).max(200).optional(),
        note: z.string().max(10_000).optional(),
        star: z.boolean().optional(),
        tags: z.array(z.string().trim().min(1).max(40)).max(20).optional(),
      }),
    )
    .output(run),
  trash: call.input(z.object({ ids: z.array(z.string()) })).output(z.array(run)),
  restore: call.input(z.object({ ids: z.array(z.string()) })).output(z.array(run)),
  /** Deletes trashed runs for good; answers the bytes that came free. */
  emptyTrash: call.input(nothing).output(z.object({ bytes: z.number(), runs: z.number() })),
};

export const queueCalls = {
  /** Puts a waiting run before another (null: at the end). */
  move: call.input(byId.extend({ before: z.string().nullable() })).output(z.array(run)),
  pin: call.input(byId.extend({ deviceId: z.string().nullable() })).output(run),
  /** Takes a waiting run out of the queue (it goes to the trash). */
  remove: call.input(byId).output(z.object({})),
};

export const devicesCalls = {
  list: call.input(nothing).output(z.array(device)),
  configure: call
    .input(
      byId.extend({ enabled: z.boolean().optional(), slots: z.number().int().min(1).max(16).optional() }),
    )
    .output(z.array(device)),
};
