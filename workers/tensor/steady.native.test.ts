import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { availableBackends, openEngine } from './index.ts';
import { binding } from './native.ts';
import { tinyVae, tokens } from './tiny.ts';
import type { Engine, OptimizerSpec } from './types.ts';

const installed = availableBackends().find(({ backend }) => backend === 'cpu')!.available;
const MB = 2 ** 20;

/** Frees what JavaScript no longer reaches, results of executions among it; a test cannot wait for it to happen. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/** Tensors by the count of TF.js and by the addon's own, their bytes, and the memory that is no JavaScript heap. */
function held(engine: Engine) {
  collectGarbage();
  const { rss, heapTotal } = process.memoryUsage();
  return {
    counted: { ...engine.memory(), handles: binding().getNumOfTensors() },
    resident: rss - heapTotal,
  };
}

describe.skipIf(!installed)('long runs (skipped where the TensorFlow runtime is not installed)', () => {
  test.each<[string, OptimizerSpec]>([
    ['plain descent', { kind: 'sgd' }],
    ['Adam', { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }],
  ])('2,000 steps of %s hold no more than the first did', async (_, rule) => {
    const engine = await openEngine({ backend: 'cpu', seed: 3, threads: 1 });
    const program = tinyVae(engine, rule);
    let counter = 0;
    const stepsUpTo = (last: number) => {
      while (counter < last) {
        program.run({ tokens: tokens(), rate: 0.01 }, { counter: counter++ });
        if (counter % 250 === 0) collectGarbage();
      }
      return held(engine);
    };
    const first = stepsUpTo(1);
    const settled = stepsUpTo(500);
    const last = stepsUpTo(2000);
    expect(settled.counted).toEqual(first.counted);
    expect(last.counted).toEqual(first.counted);
    // 2.8 kB a step. Without a leak it is 0.1 to 2.3 MB; what TensorFlow forgot without a handle would go on for ever.
    expect(last.resident - settled.resident).toBeLessThan(4 * MB);
    engine.dispose();
  });
});
