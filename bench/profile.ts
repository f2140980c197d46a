import { parseArgs } from 'node:util';
import { openEngine } from '../workers/tensor/index.ts';
import { binding, interpose } from '../workers/tensor/native.ts';
import type { Binding } from '../workers/tensor/native.ts';
import { isWorkload, randomTokens, trainingProgram, workloads } from './models/vae.ts';
import type { WorkloadName } from './models/vae.ts';

/**
 * Where the time of a training step goes: every op timed while the step runs op by op. The graph that training uses
 * runs the same ops without JavaScript between them; the whole step is timed both ways.
 */
const STEPS = { W1: 100, W2: 20, W3: 2 } as const;

interface Row {
  readonly op: string;
  readonly shape: string;
  readonly calls: number;
  readonly milliseconds: number;
}

async function profile(workload: WorkloadName): Promise<{ rows: Row[]; eager: number; graph: number }> {
  const sizes = workloads[workload];
  const steps = STEPS[workload];
  const data = randomTokens(sizes, 0);
  const feeds = { tokens: { data, shape: [sizes.length + 1, sizes.batch] }, rate: 1 };
  const totals = new Map<string, { milliseconds: number; calls: number }>();

  const time = async (capture: boolean, work: (run: () => void) => void): Promise<number> => {
    const engine = await openEngine({ backend: 'cpu', seed: 1, threads: 2, capture });
    const program = trainingProgram(engine, sizes);
    let counter = 0;
    const run = () => void program.run(feeds, { counter: counter++ });
    run();
    run();
    const start = performance.now();
    work(() => {
      for (let k = 0; k < steps; k++) run();
    });
    const each = (performance.now() - start) / steps;
    engine.dispose();
    return each;
  };

  const graph = await time(true, (run) => {
    run();
  });
  const eager = await time(false, (run) => {
    interpose(timing(binding(), totals), run);
  });
  const rows = [...totals]
    .map(([key, { milliseconds, calls }]) => {
      const [op, shape] = key.split(' ') as [string, string];
      return { op, shape, calls: calls / steps, milliseconds: milliseconds / steps };
    })
    .toSorted((a, b) => b.milliseconds - a.milliseconds);
  return { rows, eager, graph };
}

function timing(addon: Binding, totals: Map<string, { milliseconds: number; calls: number }>): Binding {
  const executeOp: Binding['executeOp'] = (op, attributes, inputs, outputs) => {
    const start = performance.now();
    const results = addon.executeOp(op, attributes, inputs, outputs);
    const key = `${op} ${results[0]?.shape.join('x') ?? ''}`;
    const total = totals.get(key) ?? { milliseconds: 0, calls: 0 };
    total.milliseconds += performance.now() - start;
    total.calls++;
    totals.set(key, total);
    return results;
  };
  return Object.create(addon, { executeOp: { value: executeOp } }) as Binding;
}

export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const [name = 'W2'] = positionals;
  if (!isWorkload(name))
    throw new Error(`there is no workload ${name}; there are ${Object.keys(workloads).join(', ')}`);
  const { rows, eager, graph } = await profile(name);
  if (values.json) {
    console.log(JSON.stringify({ workload: name, eager, graph, rows }, null, 2));
    return;
  }
  console.log(`${name}: ${graph.toFixed(2)} ms a step as a graph, ${eager.toFixed(2)} ms op by op, of which`);
  for (const { op, shape, calls, milliseconds } of rows.slice(0, 25)) {
    console.log(
      `${milliseconds.toFixed(2).padStart(9)} ms  ${String(calls).padStart(5)} x  ${op} [${shape}]`,
    );
  }
}

if (import.meta.main) await run(process.argv.slice(2));
