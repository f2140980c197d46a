/**
 * The calls and feeds between a window and the main process, stated once. Both pipes (WebSocket, MessagePort) and
 * both sides derive from this contract. Every expected error arrives as the oRPC error `EXPECTED` whose data is a
 * `PlainError`.
 */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { setupStep } from './entities.ts';
import { call, nothing } from './rpc/call.ts';
import { datasetsCalls } from './rpc/data-sets.ts';
import { appEvent } from './rpc/events.ts';
import { encodersCalls, languageModelsCalls } from './rpc/models.ts';
import { devicesCalls, queueCalls, runsCalls } from './rpc/runs.ts';
import { samplesCalls } from './rpc/samples.ts';
import { combinationsCalls, studiesCalls } from './rpc/studies.ts';
import { exportsCalls, noticesCalls, settingsCalls } from './rpc/workbench.ts';

export { source, type Source } from './rpc/call.ts';
export * from './rpc/data-sets.ts';
export * from './rpc/events.ts';
export * from './rpc/models.ts';
export * from './rpc/samples.ts';
export * from './rpc/studies.ts';

export const contract = {
  /** Numbered events from `after` on; a window that reconnects passes the last number it saw. */
  events: call
    .input(z.object({ after: z.number().int().optional() }))
    .output(eventIterator(z.object({ sequence: z.number().int(), event: appEvent }))),
  doctor: call.input(nothing).output(
    z.object({
      version: z.string(),
      home: z.string(),
      shell: z.enum(['electron', 'browser', 'cli']),
      steps: z.array(setupStep),
    }),
  ),
  datasets: datasetsCalls,
  studies: studiesCalls,
  combinations: combinationsCalls,
  runs: runsCalls,
  queue: queueCalls,
  devices: devicesCalls,
  samples: samplesCalls,
  languageModels: languageModelsCalls,
  encoders: encodersCalls,
  exports: exportsCalls,
  settings: settingsCalls,
  notices: noticesCalls,
};
export type Contract = typeof contract;
