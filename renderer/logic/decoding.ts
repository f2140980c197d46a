import type { Decoding, SampleSet } from '../../contract/entities.ts';
import { f } from '../text/format.ts';
import { t } from '../text/index.ts';

export function decodingText(decoding: Decoding): string {
  if (decoding.kind === 'temperature') {
    return t('decoding.temperature', { temperature: f.fixed(decoding.temperature, 1) });
  }
  return decoding.kind === 'beam' ? t('decoding.beam', { width: decoding.width }) : t('decoding.greedy');
}

export function setTitle(set: SampleSet): string {
  return t('samples.setTitle', {
    kind: t(`decoding.${set.drawnFrom ?? set.kind}`),
    decoding: decodingText(set.decoding),
    n: f.count(set.count),
  });
}

/** The set one looks at first: from the prior, at temperature 1, the oldest of those. */
export function usualSet(
  sets: readonly SampleSet[],
  kind: SampleSet['kind'] = 'prior',
): SampleSet | undefined {
  const ofKind = sets.filter((set) => set.kind === kind);
  return (
    ofKind.find((set) => set.decoding.kind === 'temperature' && set.decoding.temperature === 1) ?? ofKind[0]
  );
}
