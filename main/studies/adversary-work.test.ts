import { expect, test } from 'vitest';
import { methodById, type OptionValues } from '../../contract/methods/index.ts';
import { adversaryWork } from './adversary-work.ts';

const workOf = (id: string, options: OptionValues = {}) => {
  const method = methodById(id);
  const values = { ...method.preset('standard', 'text'), epochs: 10, latent: 16, ...options };
  return adversaryWork(method.configure(values).blocks, 1e6, 10);
};

test('a method without a second player adds nothing', () => {
  expect(workOf('vae')).toEqual({ flops: 0, executions: 0 });
});

test('an update is followed or led by as many executions as its cycle has further phases', () => {
  expect(workOf('wae-gan').executions).toBe(1);
  expect(workOf('aae').executions).toBe(2);
  expect(workOf('pixelgan-ae').executions).toBe(2);
  // One more encodes the second batch.
  expect(workOf('factor-vae').executions).toBe(2);
  expect(workOf('fader').executions).toBe(1);
  expect(workOf('arae').executions).toBe(7);
  expect(workOf('arae', { transfer: 'label' }).executions).toBe(9);
  // An encoder that stands still takes no step.
  expect(workOf('neural-outlines').executions).toBe(6);
  // Of ten epochs nine have a second round, seven a third and five a fourth.
  expect(workOf('arae', { rounds: '2-4-6' }).executions).toBeCloseTo(7 * (1 + 0.9 + 0.7 + 0.5), 9);
});

test('the discriminator of wae-gan reads the sentence once and 600 units three times, forward and backward', () => {
  const judge = 2 * (16 * 300 + 300 * 300 + 300);
  expect(workOf('wae-gan').flops).toBe(1e6 + 9 * judge);
  // In a phase of its own the encoder is read and differentiated once more.
  expect(workOf('aae').flops).toBe(4e6 + 9 * judge);
});

test('a gradient penalty costs more than clipping', () => {
  expect(workOf('arae').flops).toBeGreaterThan(workOf('arae', { lipschitz: 'clip' }).flops);
});
