import type { Encoder, Representations } from '../../../contract/encoders.ts';
import type { SavedCombination } from '../../../contract/methods/own.ts';
import * as fixtures from '../fixtures.ts';
import type { DataSet, Device, LanguageModel, Notice, Run, SampleSet, Study } from '../types.ts';

export interface FakeState {
  dataSets: DataSet[];
  studies: Study[];
  runs: Run[];
  sets: SampleSet[];
  devices: Device[];
  notices: Notice[];
  languageModels: LanguageModel[];
  combinations: SavedCombination[];
  encoders: Encoder[];
  /** By data set. */
  vectors: Record<string, Representations[]>;
  /** The package index gives no answer. */
  offline?: boolean;
  /** A test drive has been made: estimates are measured ones. */
  measured?: boolean;
  /** The next curves that are asked for are answered after this, as they were when they were asked for. */
  curvesWait?: Promise<void>;
}

export const emptyState = (): FakeState => ({
  dataSets: [],
  studies: [],
  runs: [],
  sets: [],
  devices: [fixtures.cpu],
  notices: [],
  languageModels: [],
  combinations: [],
  encoders: [],
  vectors: {},
});

export const fullState = (): FakeState => ({
  dataSets: [
    fixtures.dataSet(),
    fixtures.dataSet({
      id: 'data-2',
      name: 'Tales, 1812',
      origin: 'file',
      runs: 0,
      labels: [],
      badLines: [],
    }),
  ],
  studies: [...fixtures.studies],
  runs: [...fixtures.runs],
  sets: fixtures.runs
    .filter((run) => run.results)
    .flatMap((run) => [
      fixtures.sampleSet({ id: `${run.id}-t1`, runId: run.id }),
      fixtures.sampleSet({
        id: `${run.id}-greedy`,
        runId: run.id,
        decoding: { kind: 'greedy' },
        count: 200,
        rppl: null,
      }),
      ...(run.methodId === 'lstm-lm'
        ? []
        : [
            fixtures.sampleSet({
              id: `${run.id}-rec`,
              runId: run.id,
              kind: 'reconstruction',
              decoding: { kind: 'greedy' },
              count: 100,
              fppl: null,
              rppl: null,
            }),
          ]),
    ]),
  devices: [fixtures.gpu, fixtures.cpu],
  languageModels: [...fixtures.languageModels],
  combinations: [],
  encoders: [...fixtures.encoders],
  vectors: {},
  notices: [
    { id: 'n1', at: fixtures.now, kind: 'finished', runId: 'run-lm-1', facts: { nll: 59.02 } },
    { id: 'n2', at: fixtures.now - 100_000, kind: 'collapsed', runId: 'run-vae-1', facts: { step: 450 } },
    {
      id: 'n3',
      at: fixtures.now - 200_000,
      kind: 'crashed',
      runId: 'run-lagging-3',
      facts: { step: 700, saved: 600 },
    },
  ],
});
