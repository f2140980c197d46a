import path from 'node:path';
import type { Phase, Point } from '../../contract/entities.ts';
import { runFiles, type FromTrainWorker, type TrainJob } from '../../contract/worker.ts';
import type { Values } from '../blocks/procedures/index.ts';
import type { Evaluation } from '../measure/evaluate.ts';
import { saveCheckpoint } from './checkpoint.ts';
import type { OpenRun } from './open.ts';
import { planOf } from './plan.ts';
import { averager } from './points.ts';
import { progressMeter } from './progress.ts';
import { appendLine, cutBack } from './run-folder.ts';
import type { LoopState } from './state.ts';

/** Milliseconds between two progress messages of a phase. */
const REPORT_EVERY = 400;

/** Writes what happens in a run into its folder and tells main of it. */
export function recorder(
  { runFolder: folder }: TrainJob,
  run: OpenRun,
  send: (message: FromTrainWorker) => void,
) {
  const file = (name: keyof typeof runFiles): string => path.join(folder, runFiles[name]);
  const averages = averager();
  const meter = progressMeter(planOf(run));
  let reported = { at: -Infinity, phase: 'preparing' as Phase };
  let saved = { step: 0, at: performance.now() };

  const epochOf = ({ epoch, inEpoch }: LoopState): number => epoch + inEpoch / run.updatesPerEpoch;
  const tell = (point: Point | null): void => {
    if (!point) return;
    appendLine(file('series'), point);
    send({ kind: 'points', points: [point] });
  };

  return {
    /** Update of the last save. */
    savedStep: (): number => saved.step,
    /** Milliseconds since it. */
    sinceSave: (): number => performance.now() - saved.at,

    log(level: 'info' | 'warn' | 'error', text: string): void {
      appendLine(file('log'), { at: Date.now(), level, text });
      send({ kind: 'log', level, text });
    },

    /** Drops what was written after the save that the run continues from. */
    continueFrom(state: LoopState): void {
      cutBack(file('series'), state.step);
      cutBack(file('probes'), state.step);
      saved = { step: state.step, at: performance.now() };
    },

    update(state: LoopState, values: Values, { klWeight, gauges, rate }: LoopState): void {
      const { learningRate } = rate;
      tell(
        averages.add(state.step, epochOf(state), {
          ...values.terms,
          loss: values.loss,
          gradientNorm: values.gradientNorm,
          ...gauges,
          klWeight,
          learningRate,
        }),
      );
    },

    evaluation(state: LoopState, { nll, reconstruction, kl, mi, au, mmd, label }: Evaluation): void {
      tell(averages.flush());
      tell({
        step: state.step,
        epoch: epochOf(state),
        values: {
          ...(nll !== null && { validationNll: nll }),
          ...((kl !== null || nll === null) &&
            reconstruction !== null && { validationReconstruction: reconstruction }),
          ...(kl !== null && { validationKl: kl }),
          ...(mmd !== null && { validationMmd: mmd }),
          ...(label && { labelAccuracy: label.accuracy }),
          ...(mi !== null && { mi }),
          ...(au !== null && { au }),
        },
      });
    },

    probe(step: number, sentences: string[]): void {
      const probe = { step, sentences };
      appendLine(file('probes'), probe);
      send({ kind: 'probe', probe });
    },

    async save(state: LoopState): Promise<void> {
      tell(averages.flush());
      await saveCheckpoint(folder, run.engine, state);
      saved = { step: state.step, at: performance.now() };
      send({ kind: 'saved', step: state.step });
    },

    /** `share` of the phase's part of the run, 0 to 1. */
    report(state: LoopState, phase: Phase, share: number): void {
      const at = performance.now();
      if (phase === reported.phase && at - reported.at < REPORT_EVERY) return;
      reported = { at, phase };
      const effort = state.step === 0 ? 1 : state.executions / state.step;
      send({
        kind: 'progress',
        phase,
        step: state.step,
        epoch: epochOf(state),
        ...meter(phase, share, phase === 'training' || phase === 'validating' ? effort : 1),
      });
    },
  };
}
