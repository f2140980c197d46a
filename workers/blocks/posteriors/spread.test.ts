import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../../tensor/index.ts';
import { tinyGame } from '../adversaries/testing.ts';
import { tinyEngine } from '../testing.ts';

let engine: Engine;
beforeEach(async () => {
  engine = await tinyEngine('wasm');
});
afterEach(() => engine.dispose());

/** Largest size of a weight before training. */
const largest = (name: string): number => Math.max(...engine.snapshot().get(name)!.data.map(Math.abs));

test.each([
  ['aae', { encoder: 'point', spread: 0.2 }, 0.2],
  ['aae', { encoder: 'gaussian', spread: 0.01 }, 0.01],
  ['fader', { spread: 0.2 }, 0.2],
  // The weights of its release.
  ['sa-vae', {}, 0.1],
])('%s %j: the weights of encoder and decoder begin within %d, and fill that', (id, options, bound) => {
  tinyGame(engine, id, options);
  for (const name of [
    'encoder.lstm.kernel',
    'encoder.posterior',
    'decoder.lstm.kernel',
    'decoder.cell',
    'decoder.output',
  ]) {
    expect(largest(name), name).toBeLessThanOrEqual(bound * 1.0001);
    expect(largest(name), name).toBeGreaterThan(bound * 0.6);
  }
});
