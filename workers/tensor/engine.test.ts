import { describe, expect, test } from 'vitest';
import { engineCases } from './engine.cases.ts';
import { availableBackends, openEngine, tf } from './index.ts';
import { openWasm } from './wasm-runtime.ts';

describe('on WebAssembly', () => {
  engineCases('wasm');
});

test('the norm of millions of small numbers is exact to 1e-4 on WebAssembly', async () => {
  const { norm } = await openWasm();
  const n = 6_000_000;
  const squared = tf.tidy(() => norm([tf.fill([n], 0.1), tf.fill([3, 5], 2)]).dataSync()[0]!) ** 2;
  expect(Math.abs(squared / (n * 0.01 + 60) - 1)).toBeLessThan(1e-4);
});

test('without a graphics adapter WebGPU is refused in words', async () => {
  // No Vulkan driver stands in this list, and one that computes on the processor would not be taken anyway.
  const drivers = process.env['VK_DRIVER_FILES'];
  process.env['VK_DRIVER_FILES'] = '/nowhere.json';
  try {
    await expect(openEngine({ backend: 'webgpu', seed: 1 })).rejects.toMatchObject({
      code: 'tensor.backend-missing',
      facts: { backend: 'webgpu' },
    });
  } finally {
    if (drivers === undefined) delete process.env['VK_DRIVER_FILES'];
    else process.env['VK_DRIVER_FILES'] = drivers;
  }
});

test('every backend is listed, with a reason where it is absent', () => {
  const listed = availableBackends();
  expect(listed.map(({ backend }) => backend)).toEqual(['cpu', 'cuda', 'webgpu', 'wasm']);
  for (const { available, reason } of listed) expect(reason === undefined).toBe(available);
  expect(listed.find(({ backend }) => backend === 'wasm')!.available).toBe(true);
});
