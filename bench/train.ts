import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { openEngine } from '../workers/tensor/index.ts';
import { isWorkload, randomTokens, trainingProgram, workloads } from './models/vae.ts';
import type { WorkloadName } from './models/vae.ts';
import { median, peakBytes, takeTurns, THREADS } from './peers/turns.ts';

/** Training speed against PyTorch: the same model, sizes, threads and machine, processes taking turns. */

/** Steps timed and steps before them, and fresh processes of each side (W1 varies most between processes). */
const plan = {
  W1: { steps: 300, warm: 50, repeats: 9 },
  W2: { steps: 40, warm: 6, repeats: 3 },
  W3: { steps: 5, warm: 2, repeats: 3 },
} as const;

interface Measurement {
  /** Median over the steps of one process. */
  readonly secondsPerStep: number;
  readonly peakBytes: number;
  readonly loss: number;
}

/** Our side, in this process. */
async function measureOurs(workload: WorkloadName): Promise<Measurement> {
  const sizes = workloads[workload];
  const { steps, warm } = plan[workload];
  const engine = await openEngine({ backend: 'cpu', seed: 1, threads: THREADS });
  const program = trainingProgram(engine, sizes);
  const shape = [sizes.length + 1, sizes.batch];
  const batches = Array.from({ length: 8 }, (_, i) => randomTokens(sizes, i));
  const seconds: number[] = [];
  let loss = NaN;
  for (let step = 0; step < warm + steps; step++) {
    const start = performance.now();
    const data = batches[step % batches.length]!;
    loss = program.run({ tokens: { data, shape }, rate: 1 }, { counter: step }).loss[0]!;
    if (step >= warm) seconds.push((performance.now() - start) / 1000);
  }
  return { secondsPerStep: median(seconds), peakBytes: peakBytes(), loss };
}

function compare(workload: WorkloadName, withPeer: boolean) {
  const { batch, length } = workloads[workload];
  const { steps, warm, repeats } = plan[workload];
  const counts = ['--workload', workload, '--steps', String(steps), '--warm', String(warm)];
  const { ours, peer } = takeTurns<Measurement>(
    repeats,
    [import.meta.filename, '--child', workload],
    withPeer ? ['torch_vae.py', ...counts] : null,
  );
  const summary = (runs: readonly Measurement[]) => {
    const secondsPerStep = median(runs.map((run) => run.secondsPerStep));
    return {
      secondsPerStep,
      tokensPerSecond: (batch * length) / secondsPerStep,
      peakBytes: Math.max(...runs.map((run) => run.peakBytes)),
      loss: runs.at(-1)!.loss,
      processes: runs.map((run) => run.secondsPerStep),
    };
  };
  const mine = summary(ours);
  const theirs = withPeer ? summary(peer) : undefined;
  return {
    workload,
    ...mine,
    ...(theirs ? { peer: theirs, ratio: mine.tokensPerSecond / theirs.tokensPerSecond } : {}),
  };
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      workload: { type: 'string', multiple: true },
      'no-peer': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      child: { type: 'string' },
    },
  });
  if (values.child !== undefined && isWorkload(values.child)) {
    console.log(JSON.stringify(await measureOurs(values.child)));
    return;
  }
  const chosen = values.workload ?? Object.keys(workloads);
  const load = loadavg()[0]!;
  const results = [];
  for (const name of chosen) {
    if (!isWorkload(name))
      throw new Error(`there is no workload ${name}; there are ${Object.keys(workloads).join(', ')}`);
    const result = compare(name, !values['no-peer']);
    results.push(result);
    if (!values.json) print(result);
  }
  if (values.json) console.log(JSON.stringify({ load, threads: THREADS, results }, null, 2));
  else console.log(`load average at the start ${load.toFixed(2)}`);
}

function print(result: ReturnType<typeof compare>): void {
  const line = (
    who: string,
    { secondsPerStep, tokensPerSecond, peakBytes }: Omit<typeof result, 'workload'>,
  ) =>
    console.log(
      `${result.workload}  ${who.padEnd(8)} ${(secondsPerStep * 1000).toFixed(2).padStart(9)} ms/step ` +
        `${tokensPerSecond.toFixed(0).padStart(9)} tokens/s  peak ${(peakBytes / 2 ** 20).toFixed(0)} MB`,
    );
  line('ours', result);
  if (result.peer) {
    line('PyTorch', result.peer);
    console.log(`${result.workload}  ratio    ${result.ratio!.toFixed(2)}`);
  }
}

if (import.meta.main) await run(process.argv.slice(2));
