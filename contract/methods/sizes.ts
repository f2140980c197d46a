import type { OptionValues } from './field.ts';

export const sizes = ['quick', 'standard', 'thorough'] as const;
export type Size = (typeof sizes)[number];

/** Text of people, or the synthetic data set of the lagging-inference paper, which has its own small architecture. */
export type DataKind = 'text' | 'synthetic';

/** Toy architecture of methods.md 1.4: ni 50, nh 50, batch 16, d 2, no guard epoch. */
const synthetic = { embedding: 50, hidden: 50, channels: 50, latent: 2, batch: 16, guardEpoch: 0 };

/**
 * Option values by size. Thorough is the published architecture; Standard the laptop preset; Quick look keeps a
 * two-core CPU to a few minutes per run: short epochs, a small model, short inner loops, loose measures.
 */
const table: Record<DataKind, Record<Size, OptionValues>> = {
  text: {
    quick: {
      embedding: 64,
      hidden: 64,
      channels: 64,
      latent: 8,
      epochs: 8,
      batch: 16,
      updatesPerEpoch: 50,
      warmUp: 3,
      rise: 3,
      guardEpoch: 4,
      window: 10,
      maxInner: 40,
      refinementSteps: 5,
      importanceSamples: 20,
      importanceSentences: 0,
      samples: 1000,
    },
    standard: {},
    thorough: {
      embedding: 512,
      hidden: 1024,
      channels: 512,
      latent: 32,
      epochs: 100,
      importanceSentences: 0,
      samples: 100_000,
    },
  },
  synthetic: {
    quick: {
      ...synthetic,
      epochs: 8,
      warmUp: 3,
      rise: 3,
      importanceSamples: 100,
      importanceSentences: 200,
      samples: 1000,
    },
    standard: { ...synthetic, epochs: 20, importanceSentences: 500, samples: 2000 },
    thorough: { ...synthetic, epochs: 50, importanceSentences: 1000, samples: 10_000 },
  },
};

export function sizeValues(size: Size, data: DataKind): OptionValues {
  return table[data][size];
}
