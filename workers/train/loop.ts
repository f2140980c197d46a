import { AppError } from '../../contract/errors.ts';
import type { Training } from '../../contract/blocks.ts';
import type { GaugeSpec, KlWeightBlock } from '../blocks/block.ts';
import type { ProcedureBlock, Values } from '../blocks/procedures/index.ts';
import type { Breathe } from '../measure/breathe.ts';
import type { Evaluation } from '../measure/evaluate.ts';
import { afterEpoch, startRate } from './learning-rate.ts';
import type { LoopState } from './state.ts';

/** What the loop tells; saving, charts, warnings and time hang on these. */
export interface LoopEvents {
  /** After every execution, an update or not. */
  execution(state: LoopState): Promise<void>;
  /** After every update; `before` is the state it was made from. May change the states of watchers. */
  update(state: LoopState, values: Values, before: LoopState): LoopState;
  /** After the validation of an epoch, before the learning-rate rule. */
  evaluation(state: LoopState, evaluation: Evaluation): Promise<LoopState>;
  /** The validation loss is the best so far: keep these parameters. */
  best(state: LoopState): Promise<void>;
  /** The rule asks for the best parameters back, with a fresh optimizer. */
  reload(state: LoopState): Promise<void>;
  /** An epoch is closed. */
  epoch(state: LoopState): Promise<void>;
  log(text: string): void;
}

export interface Loop {
  readonly training: Training;
  readonly procedure: ProcedureBlock;
  readonly klWeight: KlWeightBlock;
  readonly gauges: readonly GaugeSpec[];
  /** Keep the last parameters and the learning rate, whatever the validation loss does. */
  readonly keepsLast: boolean;
  readonly updatesPerEpoch: number;
  /** Batches in a pass over the training split. */
  readonly batches: number;
  /** Batch visited at a position of a pass. */
  visit(pass: number, position: number): number;
  evaluate(): Promise<Evaluation>;
  readonly events: LoopEvents;
  /** Lets messages in; throws when the run is to be interrupted. */
  readonly breathe: Breathe;
}

export function startState(
  { methodId, seed }: { methodId: string; seed: number },
  { training, procedure, klWeight, gauges }: Pick<Loop, 'training' | 'procedure' | 'klWeight' | 'gauges'>,
): LoopState {
  return {
    methodId,
    seed,
    step: 0,
    executions: 0,
    epoch: 0,
    inEpoch: 0,
    pass: 0,
    position: 0,
    judgedPass: 0,
    klWeight: klWeight.next(klWeight.start, 0, 0),
    gauges: Object.fromEntries(gauges.map(({ name, start }) => [name, start])),
    procedure: procedure.start,
    rate: startRate(training.learningRate),
    best: null,
    watchers: {},
    done: false,
    stopped: false,
  };
}

/**
 * Trains from `state` until the stop rule holds. `hold` receives every state that the run could be saved at; what
 * `breathe` throws to interrupt leaves the last one there.
 */
export async function train(loop: Loop, state: LoopState, hold: (state: LoopState) => void): Promise<void> {
  const { training, procedure, klWeight, gauges, updatesPerEpoch, batches, events, breathe } = loop;
  for (;;) {
    if (state.done) return;
    if (state.inEpoch >= updatesPerEpoch) {
      hold((state = await closeEpoch(loop, state)));
      continue;
    }

    if (state.inEpoch === 0) await procedure.opens?.(state.procedure, state.epoch, breathe);
    const execution = procedure.advance(state.procedure, {
      visit: loop.visit(state.pass, state.position),
      klWeight: state.klWeight,
      gauges: state.gauges,
      epoch: state.epoch,
      learningRate: state.rate.learningRate,
      counter: state.executions,
    });
    const { terms, ...totals } = execution.values;
    requireFinite({ ...totals, ...terms }, state.step + 1);
    state = { ...state, procedure: execution.state, executions: state.executions + 1 };

    if (execution.update) {
      const before = state;
      const step = state.step + 1;
      const passed = state.position + 1 === batches;
      state = {
        ...state,
        step,
        inEpoch: state.inEpoch + 1,
        pass: passed ? state.pass + 1 : state.pass,
        position: passed ? 0 : state.position + 1,
        klWeight: klWeight.next(before.klWeight, step, terms['kl'] ?? 0),
        gauges: Object.fromEntries(
          gauges.map(({ name, next }) => [
            name,
            next(before.gauges[name]!, { t: step, updatesPerEpoch, terms }),
          ]),
        ),
      };
      state = events.update(state, execution.values, before);
    }
    hold(state);
    await events.execution(state);
    await breathe();
  }

  /** Evaluates, and keeps the parameters if they are the best so far. */
  async function judge(
    { evaluate, keepsLast }: Loop,
    before: LoopState,
  ): Promise<{ state: LoopState; evaluation: Evaluation }> {
    const evaluation = await evaluate();
    const { loss } = evaluation;
    requireFinite({ loss }, before.step);
    const state = await events.evaluation(before, evaluation);
    if (state.best !== null && !keepsLast && loss >= state.best.loss) return { state, evaluation };
    const best = { ...state, best: { loss, step: state.step, epoch: state.epoch + 1 } };
    await events.best(best);
    return { state: best, evaluation };
  }

  async function closeEpoch(loop: Loop, before: LoopState): Promise<LoopState> {
    // What is measured and kept may be other parameters than those that are trained.
    const trained = procedure.measured?.(before.procedure);
    const { state: seen, evaluation } = await judge(loop, before).finally(trained);
    let state = seen;
    const { loss } = evaluation;
    const rule = loop.keepsLast
      ? { state: state.rate, reload: false, stop: false }
      : afterEpoch(state.rate, { loss, epoch: state.epoch }, training);
    state = { ...state, rate: rule.state };
    if (rule.reload) {
      await events.reload(state);
      if (procedure.reloaded) state = { ...state, procedure: procedure.reloaded(state.procedure) };
    } else if (procedure.evaluated) {
      const judged = procedure.evaluated(state.procedure, evaluation);
      if (judged.says) events.log(judged.says);
      state = { ...state, procedure: judged.state };
    }

    // An epoch shorter than a pass is only an evaluation: what a procedure decides by epochs, it decides by passes.
    const passed = state.pass > state.judgedPass;
    const after: ReturnType<ProcedureBlock['passed']> = passed
      ? procedure.passed(state.procedure, evaluation)
      : { state: state.procedure };
    if (after.says) events.log(after.says);
    const epoch = state.epoch + 1;
    state = {
      ...state,
      procedure: after.state,
      judgedPass: state.pass,
      epoch,
      inEpoch: 0,
      done: rule.stop || epoch >= training.epochs,
    };
    await events.epoch(state);
    return state;
  }
}

/** Throws `worker.not-finite`; the border adds which save was kept. */
function requireFinite(values: object, step: number): void {
  const bad = Object.values(values).some((value) => !Number.isFinite(value));
  if (bad) throw new AppError('worker.not-finite', { step });
}
