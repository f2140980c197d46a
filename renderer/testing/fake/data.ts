import type { Preview } from '../../../contract/rpc.ts';
import * as fixtures from '../fixtures.ts';
import type { DataSet } from '../types.ts';
import { found, os, pause, refuse, type World } from './world.ts';

export function datasetsOf({ state, send, delay }: World) {
  async function* importing(dataSet: DataSet) {
    const stages = ['reading', 'splitting', 'writing', 'evaluator'] as const;
    for (const [i, stage] of stages.entries()) {
      yield { kind: 'progress' as const, stage, share: (i + 1) / 5, lines: (i + 1) * 7000 };
      await pause(delay);
    }
    state.dataSets = [...state.dataSets, dataSet];
    send({ kind: 'data-sets-changed' });
    yield { kind: 'done' as const, dataSet };
  }

  return {
    list: os.datasets.list.handler(() => state.dataSets),
    get: os.datasets.get.handler(({ input }) => found(state.dataSets.find((set) => set.id === input.id))),
    preview: os.datasets.preview.handler(({ input }) => previewOf(input.settings, input.sources)),
    import: os.datasets.import.handler(({ input }) =>
      importing(
        fixtures.dataSet({
          id: `data-${state.dataSets.length + 3}`,
          name: input.settings.name,
          origin: 'file',
          runs: 0,
        }),
      ),
    ),
    importSample: os.datasets.importSample.handler(() => importing(fixtures.dataSet({ runs: 0 }))),
    importSynthetic: os.datasets.importSynthetic.handler(({ input }) =>
      importing(
        fixtures.dataSet({
          id: `synthetic-${input.seed}`,
          name: 'Synthetic',
          kind: 'synthetic',
          origin: 'synthetic',
          runs: 0,
          labels: [],
          badLines: [],
        }),
      ),
    ),
    rename: os.datasets.rename.handler(({ input }) => {
      const renamed = { ...found(state.dataSets.find((set) => set.id === input.id)), name: input.name };
      state.dataSets = state.dataSets.map((set) => (set.id === input.id ? renamed : set));
      return renamed;
    }),
    remove: os.datasets.remove.handler(({ input, errors }) => {
      const set = found(state.dataSets.find((other) => other.id === input.id));
      if (set.runs > 0) refuse(errors, 'datasets.in-use', { runs: set.runs, name: set.name });
      state.dataSets = state.dataSets.filter((other) => other !== set);
      send({ kind: 'data-sets-changed' });
      return {};
    }),
    sentences: os.datasets.sentences.handler(({ input }) => {
      const all = Array.from({ length: 400 }, (_, i) => fixtures.invented(i)).filter((s) =>
        s.includes(input.search),
      );
      return { total: all.length, sentences: all.slice(input.offset, input.offset + input.limit) };
    }),
  };
}

function previewOf(
  settings: Partial<DataSet['settings']>,
  sources: readonly { kind: string; name?: string; path?: string }[],
): Preview {
  const complete = { ...fixtures.dataSet().settings, name: 'tales', kind: 'tsv' as const, ...settings };
  const names = sources.map((source) => source.name ?? source.path ?? '');
  const shown = fixtures.sentences.map((s) => (complete.lowerCase ? s : s[0]!.toUpperCase() + s.slice(1)));
  const isLatin = names.some((name) => name.includes('latin')) && complete.encoding === 'utf-8';
  return {
    files: names.map((name) => ({ name, bytes: 1_204_331, split: null })),
    kind: complete.kind,
    encodings: isLatin
      ? [
          {
            encoding: 'windows-1252',
            lines: ['Der König saß allein.', 'Über den Bäumen', 'Ein schönes Mädchen'],
          },
          {
            encoding: 'iso-8859-2',
            lines: ['Der König saß allein.', 'Über den Bäumen', 'Ein schönes Mädchen'],
          },
          {
            encoding: 'windows-1251',
            lines: ['Der Kцnig saЯ allein.', 'Ьber den Bдumen', 'Ein schцnes Mдdchen'],
          },
        ]
      : [],
    columns: ['label', 'sentence'].map((name, i) => ({
      name,
      role: complete.columns?.[name] ?? (i === 0 ? 'label' : 'text'),
      examples: i === 0 ? ['noun', 'verb'] : shown.slice(0, 2),
      distinct: i === 0 ? 4 : 11_885,
    })),
    sentences: shown.map((text, i) => ({
      tokens: text
        .split(' ')
        .map((word) => ({ word, known: word.length < Math.log2(complete.vocabulary) - 3 })),
      label: i % 2 ? 'noun' : 'verb',
    })),
    complete: !names.some((name) => name.includes('huge')),
    leaks: names.some((name) => name.includes('leaky')) ? 12 : 0,
    lines: 12_004,
    usable: complete.keepOneOfEach ? 11_885 : 12_001,
    duplicates: 116,
    badLines: fixtures.dataSet().badLines,
    badLineCount: 3,
    coverage: 1 - 30 / complete.vocabulary ** 0.75,
    rareWords: Math.max(0, 21_312 - complete.vocabulary),
    rareExamples: ['verdigris', 'quern', 'thimblerig', 'snood', 'ferrule'],
    tooLong: complete.longest < 40 ? (40 - complete.longest) * 21 : 0,
    lengths: fixtures.dataSet().lengths,
    settings: complete,
    warnings: complete.split.validation < 2 ? [{ kind: 'few-validation', facts: { sentences: 119 } }] : [],
  };
}
