import { liveStatuses, type Run } from '../../contract/entities.ts';
import type { FromTrainWorker } from '../../contract/worker.ts';

/** A run and, while it computes, the stretch it is in: since when, and the seconds of the stretches before. */
export interface RunState {
  readonly run: Run;
  readonly stretch: { readonly since: number; readonly before: number } | null;
}

/** What happens to a run: a word of its worker, or of the side that rules over it. */
export type RunMessage =
  | FromTrainWorker
  /** It got a slot; its worker is being started. */
  | { readonly kind: 'assigned'; readonly deviceId: string }
  | { readonly kind: 'pause' }
  | { readonly kind: 'stop' }
  /** The worker ended without a last word, or fell silent and was ended. */
  | { readonly kind: 'gone' }
  /** Back into the queue: resumed, continued, or put back when the workbench closes. */
  | { readonly kind: 'queue'; readonly position: number }
  | { readonly kind: 'trash' }
  /** `position` is for a run that was taken out of the queue while it waited. */
  | { readonly kind: 'restore'; readonly position: number };

export const isLive = (run: Run) => liveStatuses.includes(run.status);

/** The whole life of a run. A word that does not fit its status (a late one) changes nothing. */
export function reduce(state: RunState, message: RunMessage, now: number): RunState {
  if (message.kind === 'assigned') return assigned(state, message.deviceId, now);
  if (message.kind === 'queue') return queued(state, message.position);
  if (message.kind === 'restore') return restored(state, message.position);
  if (message.kind === 'trash') return trashed(state, now);
  if (!isLive(state.run)) return state;
  const run = { ...state.run, seconds: secondsAt(state, now) };
  switch (message.kind) {
    case 'heartbeat':
      return { ...state, run: { ...run, peakBytes: Math.max(run.peakBytes ?? 0, message.bytes) } };
    case 'progress': {
      const { phase, step, epoch, progress, secondsLeft } = message;
      const status = run.status === 'starting' ? 'running' : run.status;
      return { ...state, run: { ...run, status, phase, step, epoch, progress, secondsLeft } };
    }
    case 'saved':
      return { ...state, run: { ...run, savedStep: message.step } };
    case 'warning':
      return { ...state, run: { ...run, collapsedSince: collapsedSince(run, message.warning) } };
    case 'pause':
      return { ...state, run: { ...run, status: 'pausing' } };
    case 'stop':
      return { ...state, run: { ...run, status: 'stopping' } };
    case 'paused':
      return ended({ ...run, status: 'paused', step: message.step, savedStep: message.step }, null);
    case 'finished': {
      const { results, peakBytes, stopped } = message;
      return ended(
        { ...run, status: stopped ? 'stopped' : 'finished', results, peakBytes, progress: 1 },
        now,
      );
    }
    case 'discarded':
      return ended({ ...run, status: 'stopped', trashedAt: now }, now);
    case 'failed':
      return ended({ ...run, status: 'failed', error: message.error }, now);
    case 'gone': {
      const facts = { step: run.step, saved: run.savedStep ?? 0 };
      return ended({ ...run, status: 'crashed', error: { code: 'worker.crashed', facts } }, now);
    }
    case 'points':
    case 'probe':
    case 'sampled':
    case 'foreseen':
    case 'log':
      return state;
  }
}

function assigned({ run, stretch }: RunState, deviceId: string, now: number): RunState {
  if (run.status !== 'queued' || run.trashedAt !== null) return { run, stretch };
  return {
    run: {
      ...run,
      status: 'starting',
      phase: 'preparing',
      deviceId,
      position: null,
      error: null,
      secondsLeft: null,
      startedAt: run.startedAt ?? now,
      endedAt: null,
    },
    stretch: { since: now, before: run.seconds },
  };
}

function queued({ run, stretch }: RunState, position: number): RunState {
  if (isLive(run) || run.trashedAt !== null) return { run, stretch };
  return {
    run: { ...run, status: 'queued', phase: null, position, error: null, endedAt: null },
    stretch: null,
  };
}

function trashed({ run, stretch }: RunState, now: number): RunState {
  if (isLive(run) || run.trashedAt !== null) return { run, stretch };
  return { run: { ...run, trashedAt: now, position: null }, stretch };
}

function restored({ run, stretch }: RunState, position: number): RunState {
  if (run.trashedAt === null) return { run, stretch };
  return { run: { ...run, trashedAt: null, position: run.status === 'queued' ? position : null }, stretch };
}

/** A paused run has not ended: it keeps no end. */
function ended(run: Run, endedAt: number | null): RunState {
  return { run: { ...run, phase: null, secondsLeft: null, endedAt }, stretch: null };
}

function secondsAt({ run, stretch }: RunState, now: number): number {
  return stretch ? stretch.before + (now - stretch.since) / 1000 : run.seconds;
}

type Warning = Extract<FromTrainWorker, { kind: 'warning' }>['warning'];

function collapsedSince(run: Run, warning: Warning): number | null {
  if (warning.kind === 'collapsed') return warning.since;
  return warning.kind === 'recovered' ? null : run.collapsedSince;
}
