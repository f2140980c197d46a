import { expect, test } from 'vitest';
import { methodById, methods } from '../../contract/methods/index.ts';
import { standsStill } from '../../contract/stages.ts';
import { modelLaws } from './model.laws.ts';
import { declared, tinyModel } from './testing.ts';

modelLaws('wasm');

const thorough = (methodId: string): number => {
  const method = methodById(methodId);
  const engine = declared();
  tinyModel(method.configure(method.preset('thorough', 'text')), engine, { vocabulary: 20_001 });
  return engine.total();
};

test('the published sizes have the published numbers of parameters (one bias vector per LSTM)', () => {
  expect(thorough('lstm-lm')).toBe(37_017_088);
  expect(thorough('vae')).toBe(53_782_528);
});

test('every method builds from its own blocks; an encoder is trained with a code, unless gradient steps find it or it stands still', () => {
  for (const method of methods) {
    const engine = declared();
    const config = method.configure(method.preset('quick', 'text'));
    const labels = config.blocks.labels.map(() => Int32Array.of(0, 1));
    const { groups, posterior } = tinyModel(config, engine, { split: { count: 2, labels } });
    expect(posterior !== null).toBe(method.latent);
    const { posterior: described } = config.blocks;
    const searched = described.kind === 'refined' && described.encoder === 'none';
    const encodes = method.latent && !searched && !standsStill(described);
    expect(groups.includes('encoder')).toBe(encodes);
  }
});

test('the last parameters are kept where the KL is led to a target, the best ones where it is only weighted', () => {
  const kept = (control: string): boolean => {
    const method = methodById('kl-constrained');
    const config = method.configure({ ...method.preset('quick', 'text'), control });
    return tinyModel(config, declared()).keepsLast;
  };
  expect(['capacity', 'atLeast', 'atMost'].map(kept)).toEqual([true, true, true]);
  expect(['freeBits', 'freeBitsEach'].map(kept)).toEqual([false, false]);
});
