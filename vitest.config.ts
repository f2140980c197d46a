import { defineConfig } from 'vitest/config';
import { rendererPlugins } from './vite.config.ts';

/**
 * Four suites, told apart by `--mode`:
 * - (none)   unit tests beside the code
 * - `native` tests that load the tensor runtime, one file per process and one at a time: the native library
 *            keeps its memory and its device until its process ends
 * - `webgpu` tests of the WebGPU backend on an adapter that computes on the processor, one file per process
 * - `app`    the whole application in a real Chromium
 */
export default defineConfig(({ mode }) => {
  if (mode === 'native' || mode === 'webgpu' || mode === 'app')
    return {
      test: {
        name: mode,
        include: [mode === 'app' ? 'tests/**/*.app.test.ts' : `workers/**/*.${mode}.test.ts`],
        pool: 'forks',
        isolate: true,
        fileParallelism: false,
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
            ],
            exclude: ['**/node_modules/**', '**/*.{native,webgpu,app}.test.ts'],
            pool: 'forks',
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
            environment: 'happy-dom',
            pool: 'forks',
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
