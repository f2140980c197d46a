import { AGGRESSIVE_PASSES } from '../../../contract/blocks.ts';
import { cutBatches } from '../../text/batches.ts';
import { passOrder } from '../../text/order.ts';
import { startState } from '../loop.ts';
import { graphMeter } from './memory.ts';
import { largest, mean, shapesIn, spread, type Cost, type Drive } from './pieces.ts';

/** Batches that updates are timed on, each twice. */
const STRATA = 10;
/** Executions at most: an inner loop makes dozens of them for an update. */
const EXECUTIONS = 160;
/** Executions of one update at most, of the largest batch. */
const HELD = 3;

/** Seconds of executions whose shape was new, and of others. */
interface Times {
  readonly cold: number[];
  readonly warm: number[];
}
const noTimes = (): Times => ({ cold: [], warm: [] });

function cost({ cold, warm }: Times): Cost {
  const again = mean(warm.length > 0 ? warm : cold);
  return { again, first: cold.length > 0 && warm.length > 0 ? Math.max(0, mean(cold) - again) : 0 };
}

/** Executions told apart by whether they completed an update, and whether their shape was new. */
export async function training({ job, run, breathe, now, graphs }: Drive): Promise<number> {
  const { config, procedure, engine } = run;
  const state = startState(job, { ...run, training: config.training });
  const batches = cutBatches(run.train, config.training.batch);
  const meter = graphMeter({ captures: () => engine.captures });
  const turn = { ...state, epoch: 0, learningRate: state.rate.learningRate };
  let held = { state: state.procedure, update: false };
  for (let counter = 0; !held.update && counter < HELD; counter++) {
    held = procedure.advance(held.state, { ...turn, visit: batches.indexOf(largest(batches)), counter });
    await breathe();
  }
  meter.settle();
  const aggressive = config.blocks.procedure.kind === 'aggressive';
  const times = { update: noTimes(), other: noTimes(), opening: noTimes() };
  let counter = 0;
  const timed = (from: unknown, visit: number, kind?: Times): ReturnType<typeof procedure.advance> => {
    const known = engine.captures.length;
    const began = now();
    const execution = procedure.advance(from, { ...turn, visit, counter: counter++ });
    const took = now() - began;
    const { cold, warm } = kind ?? (execution.update ? times.update : times.other);
    (engine.captures.length > known ? cold : warm).push(took);
    return execution;
  };
  const visits = spread(
    Array.from({ length: run.batches }, (_, i) => i),
    STRATA,
  ).flatMap((visit) => [visit, visit]);
  // An inner loop goes on with random batches, of which only those of common lengths come twice; it opens with ours.
  for (const visit of aggressive ? visits : []) {
    timed(state.procedure, visit, times.opening);
    await breathe();
  }
  counter = 0;
  let [procedureState, updates, inUpdate, others] = [state.procedure, 0, 0, 0];
  for (const visit of visits) {
    for (let update = false; !update && (counter < EXECUTIONS || updates < 2);) {
      const execution = timed(procedureState, visit);
      procedureState = execution.state;
      update = execution.update;
      if (!update) inUpdate += 1;
      await breathe();
    }
    if (counter >= EXECUTIONS && updates >= 2) break;
    updates += 1;
    others += inUpdate;
    inUpdate = 0;
  }
  const [update, other] = [cost(times.update), cost(aggressive ? times.opening : times.other)];
  const visited = [...passOrder(job.seed, 0, batches.length)].slice(0, run.updates).map((i) => batches[i]!);
  // Inner loops read random batches, so they meet every shape; they end with the schedule.
  const share = aggressive ? Math.min(1, (AGGRESSIVE_PASSES * run.batches) / run.updates) : 1;
  const executions = (share * run.updates * others) / Math.max(1, updates);
  const newShapes = aggressive ? shapesIn(batches) : (shapesIn(visited) * others) / Math.max(1, updates);
  const [shapes, otherShapes] = [shapesIn(visited), others > 0 ? newShapes : 0];
  graphs.push(meter.graphs(shapes + otherShapes));
  return (
    run.updates * update.again + shapes * update.first + executions * other.again + otherShapes * other.first
  );
}
