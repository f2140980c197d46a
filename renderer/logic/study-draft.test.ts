import { describe, expect, test } from 'vitest';
import { methodById, methods } from '../../contract/methods/index.ts';
import { run, runs } from '../testing/fixtures.ts';
import {
  draftLike,
  emptyDraft,
  openPoints,
  readDraft,
  runChoices,
  shownFields,
  toRequest,
} from './study-draft.ts';

const draft = { ...emptyDraft(), dataSetId: 'd', methodIds: ['vae', 'vae-anneal', 'lstm-lm'] };

describe('a study that is being prepared', () => {
  test('a shared field stands once and a field of a method under it', () => {
    const fields = shownFields(draft, 'text');
    expect(fields.filter((f) => f.option === 'hidden')).toHaveLength(1);
    expect(fields.find((f) => f.option === 'warmUp')?.methodId).toBe('vae-anneal');
    const two = shownFields({ ...draft, methodIds: ['vae-anneal', 'lagging-anneal'] }, 'text');
    expect(two.filter((f) => f.option === 'warmUp').map((f) => f.methodId)).toEqual([
      'vae-anneal',
      'lagging-anneal',
    ]);
  });

  test('only changed values travel, and only to methods that have the field', () => {
    const changed = { ...draft, shared: { latent: 3, hidden: 64 }, own: { 'vae-anneal': { warmUp: 2 } } };
    // 64 is what Quick look sets already
    expect(toRequest(changed, 'text').options).toEqual({
      vae: { latent: 3 },
      'vae-anneal': { latent: 3, warmUp: 2 },
    });
  });

  test('what is about labels is offered and travels only where the data have labels', () => {
    const arae = { ...draft, methodIds: ['arae'], own: { arae: { transfer: 'label', codeNoise: 0.1 } } };
    const offered = (labels: number) =>
      shownFields(arae, 'text', undefined, labels).map(({ option }) => option);
    expect(offered(1)).toEqual(
      expect.arrayContaining(['transfer', 'labelWeight', 'labelWidth', 'codeNoise']),
    );
    for (const option of ['transfer', 'labelColumn', 'labelWidth', 'labelWeight', 'classifierRate'])
      expect(offered(0)).not.toContain(option);
    expect(toRequest(arae, 'text', undefined, 1).options).toEqual({ arae: arae.own.arae });
    expect(toRequest(arae, 'text', undefined, 0).options).toEqual({ arae: { codeNoise: 0.1 } });
  });

  test('a field of a run offers none and the finished runs of its method on the data set', () => {
    const { results } = runs.find((each) => each.results)!;
    const lm = { methodId: 'lstm-lm', dataSetId: 'd', results };
    const known = [
      run({ id: 'a', name: 'A', ...lm }),
      run({ id: 'b', name: 'B', ...lm, methodId: 'vae' }),
      run({ id: 'c', name: 'C', ...lm, dataSetId: 'other' }),
      run({ id: 'e', name: 'E', ...lm, results: null }),
    ];
    expect(runChoices({ methods: ['lstm-lm'] }, known, 'd')).toEqual([
      { value: '', title: 'None' },
      { value: 'a', title: 'A' },
    ]);
  });

  test('every request composes for its method', () => {
    const all = { ...draft, methodIds: methods.map((m) => m.id), shared: { latent: 3, batch: 8 } };
    const { options } = toRequest(all, 'text');
    for (const method of methods) {
      expect(() =>
        method.configure({ ...method.preset('quick', 'text'), ...options[method.id] }),
      ).not.toThrow();
    }
  });

  test('what is wrong is named with its field', () => {
    const wrong = { ...draft, dataSetId: null, seeds: 0, shared: { batch: 5000 } };
    expect(openPoints(wrong, 'text')).toEqual([
      { kind: 'data' },
      { kind: 'seeds' },
      { kind: 'field', field: 'Batch size', reason: 'at most 1024' },
    ]);
    expect(openPoints({ ...draft, methodIds: [] }, 'text')).toEqual([{ kind: 'method' }]);
    expect(openPoints({ ...draft, seeds: null }, 'text')).toEqual([{ kind: 'seeds' }]);
  });

  test('a kept draft comes back; a damaged one is an empty one', () => {
    const kept = { ...draft, name: 'mine', shared: { batch: 8 } };
    expect(readDraft(JSON.stringify(kept))).toEqual(kept);
    expect(readDraft('{"name":')).toEqual(emptyDraft());
    expect(readDraft(null)).toEqual(emptyDraft());
    expect(readDraft(JSON.stringify({ ...kept, methodIds: ['vae', 'gone'] })).methodIds).toEqual(['vae']);
  });

  test('a run like another one has the same settings', () => {
    const like = run({
      id: 'r',
      methodId: 'vae-anneal',
      options: { ...methodById('vae-anneal').preset('quick', 'text'), warmUp: 2.5, latent: 3 },
    });
    const made = draftLike(like, 'text');
    expect(made.own).toEqual({ 'vae-anneal': { warmUp: 2.5 } });
    expect(made.shared).toEqual({ latent: 3 });
    const values = {
      ...methodById('vae-anneal').preset('quick', 'text'),
      ...toRequest(made, 'text').options['vae-anneal'],
    };
    expect(values).toEqual(like.options);
  });
});
