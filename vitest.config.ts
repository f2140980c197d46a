import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { rendererPlugins } from './vite.config.ts';

/** One of all cores is left idle otherwise, which is half of two. */
const maxWorkers = availableParallelism();

/** Parts of the renderer that know of no document: their tests need neither a page nor the renderer's plugins. */
const pageless = 'renderer/{build,logic,text,theme}/**/*.test.ts';

/**
 * Four suites, told apart by `--mode`:
 * - (none)   unit tests beside the code
 * - `native` tests that load the tensor runtime, one file per process and two at a time: the native library keeps
 *            its memory until its process ends, and computes on the processor alone here
 * - `webgpu` tests of the WebGPU backend on an adapter that computes on the processor, one file per process
 * - `app`    the whole application in a real Chromium, two files at a time: the main job trains while others click
 */
export default defineConfig(({ mode }) => {
  if (mode === 'native' || mode === 'webgpu' || mode === 'app')
    return {
      test: {
        name: mode,
        include: [mode === 'app' ? 'tests/**/*.app.test.ts' : `workers/**/*.${mode}.test.ts`],
        pool: 'forks',
        isolate: true,
        maxWorkers: 2,
        testTimeout: mode === 'app' ? 900_000 : 120_000,
        hookTimeout: 300_000,
        expect: { poll: { timeout: 30_000 } },
      },
    };
  return {
    test: {
      testTimeout: 120_000,
      projects: [
        {
          test: {
            name: 'unit',
            include: [
              '{contract,main,workers,db,bench,tests}/**/*.test.ts',
              'scripts/**/*.test.mjs',
              'scripts/**/*.test.ts',
              pageless,
            ],
            exclude: ['**/node_modules/**', '**/*.{native,webgpu,app}.test.ts'],
            pool: 'forks',
            maxWorkers,
            setupFiles: ['tests/property-seed.ts'],
            testTimeout: 120_000,
            expect: { poll: { timeout: 30_000 } },
          },
        },
        {
          plugins: rendererPlugins(),
          test: {
            name: 'renderer',
            include: ['renderer/**/*.test.ts'],
            exclude: [pageless],
            environment: 'happy-dom',
            pool: 'forks',
            maxWorkers,
            setupFiles: ['tests/property-seed.ts'],
            testTimeout: 120_000,
            expect: { poll: { timeout: 30_000 } },
            server: { deps: { inline: ['@nuxt/ui'] } },
          },
        },
      ],
    },
  };
});
