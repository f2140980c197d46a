import * as fixtures from '../fixtures.ts';
import type { Sample } from '../types.ts';
import { found, os, pause, refuse, type World } from './world.ts';

export function samplesOf({ state, send, delay }: World) {
  const sampleCache = new Map<string, Sample[]>();
  const setOf = (id: string) => found(state.sets.find((set) => set.id === id));
  function samplesOf(id: string): Sample[] {
    const known = sampleCache.get(id) ?? fixtures.samples(setOf(id));
    sampleCache.set(id, known);
    return known;
  }

  return {
    sets: os.samples.sets.handler(({ input }) => state.sets.filter((set) => set.runId === input.runId)),
    page: os.samples.page.handler(({ input, errors }) => {
      let matches = (_text: string) => true;
      if (input.search !== '') {
        try {
          const pattern = new RegExp(
            input.pattern ? input.search : input.search.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
            'iu',
          );
          matches = (text) => pattern.test(text);
        } catch (error) {
          refuse(errors, 'samples.pattern', { reason: (error as Error).message });
        }
      }
      const hits = samplesOf(input.setId).filter(
        (s) => matches(s.text) && s.words >= input.shortest && s.words <= input.longest,
      );
      const key = { index: 'index', fppl: 'fppl', length: 'words', copies: 'copies', text: 'text' }[
        input.sort
      ] as 'index' | 'text';
      hits.sort((a, b) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0) * (input.descending ? -1 : 1));
      return {
        total: hits.length,
        occurrences: hits.length,
        samples: hits.slice(input.offset, input.offset + input.limit),
      };
    }),
    score: os.samples.score.handler(({ input }) => ({
      value: 143.2,
      sentences: setOf(input.setId).count,
      tokens: 9104,
      oov: 12,
      languageModel: found(state.languageModels.find(({ id }) => id === input.languageModelId)).title,
    })),
    generate: os.samples.generate.handler(async ({ input }) => {
      await pause(delay);
      const set = fixtures.sampleSet({
        id: `${input.runId}-more-${state.sets.length}`,
        runId: input.runId,
        decoding: input.decoding,
        count: input.count,
        seed: input.seed,
        createdAt: fixtures.now + state.sets.length,
      });
      state.sets = [...state.sets, set];
      send({ kind: 'sample-set', set });
      return set;
    }),
    reconstruct: os.samples.reconstruct.handler(({ input }) => ({
      mean: input.sentence.replace('small', 'large'),
      sampled: Array.from({ length: input.copies }, (_, i) => fixtures.invented(i)),
      unknown: input.sentence.split(' ').filter((word) => word.length > 12),
      label: input.label,
    })),
    transfer: os.samples.transfer.handler(({ input }) => ({
      from: input.from ?? 'noun',
      rewritten: input.to.map((label, i) => ({
        label,
        text: input.sentence.replace(
          /^\S+ \S+/,
          ['the act', 'to carry', 'being slow', 'in a slow way'][i % 4]!,
        ),
        selfBleu: 0.5 + i / 10,
      })),
      unknown: input.sentence.split(' ').filter((word) => word.length > 12),
    })),
    interpolate: os.samples.interpolate.handler(({ input }) => ({
      label: input.label,
      sentences: Array.from({ length: input.steps }, (_, i) =>
        i < input.steps / 2 ? input.from : fixtures.invented(i >> 1),
      ),
    })),
    words: os.samples.words.handler(({ input }) =>
      [...input.text.split(' '), '</s>'].map((word, i) => ({
        word,
        bits: ((word.length * 2.7 + i * 1.3) % 14) + 0.4,
        order: (i % 5) + 1,
        known: word.length < 11,
        likelier: [
          { word: 'the', probability: 0.11 },
          { word: 'a', probability: 0.07 },
          { word: 'of', probability: 0.05 },
        ],
      })),
    ),
    compare: os.samples.compare.handler(({ input }) => {
      const lists = input.setIds.map(samplesOf);
      const rows = Array.from({ length: Math.min(...lists.map((list) => list.length)) }, (_, i) => ({
        key: input.align === 'input' ? (lists[0]![i]!.source ?? '') : String(i + 1),
        cells: lists.map((list, column) =>
          i === 3 && column === 1 ? null : { text: list[i]!.text, fppl: list[i]!.fppl },
        ),
      }));
      return { total: rows.length, rows: rows.slice(input.offset, input.offset + input.limit) };
    }),
  };
}
