import { languageModelSettings, type LanguageModelSettings } from '../../contract/language-models.ts';

/** What is typed into the form for a language model. */
export interface LanguageModelDraft {
  title: string;
  order: number;
  /** Thresholds by order, separated by blanks or commas. */
  prune: string;
  /** Words to keep; empty keeps all. */
  vocabulary: string;
  reserved: LanguageModelSettings['reserved'];
  discountFallback: boolean;
}

export const newDraft = (): LanguageModelDraft => ({
  title: '',
  order: 5,
  prune: '',
  vocabulary: '',
  reserved: 'refuse',
  discountFallback: false,
});

export type DraftProblem = 'title' | 'prune' | 'pruneFirst' | 'pruneFalls' | 'pruneTooMany' | 'vocabulary';

const parts = (text: string): string[] => text.split(/[\s,]+/).filter((part) => part !== '');
const isWhole = (text: string) => /^\d{1,9}$/.test(text);

export function pruneProblem({ prune, order }: LanguageModelDraft): DraftProblem | undefined {
  const all = parts(prune);
  if (!all.every(isWhole)) return 'prune';
  const thresholds = all.map(Number);
  if ((thresholds[0] ?? 0) > 0) return 'pruneFirst';
  if (thresholds.some((threshold, i) => threshold < (thresholds[i - 1] ?? 0))) return 'pruneFalls';
  return thresholds.length > order ? 'pruneTooMany' : undefined;
}

export function vocabularyProblem({ vocabulary }: LanguageModelDraft): DraftProblem | undefined {
  const text = vocabulary.trim();
  return text === '' || (isWhole(text) && Number(text) >= 1) ? undefined : 'vocabulary';
}

export function titleProblem({ title }: LanguageModelDraft): DraftProblem | undefined {
  return title.trim() === '' ? 'title' : undefined;
}

/** The settings of a draft without problems. */
export function settingsOf(draft: LanguageModelDraft): LanguageModelSettings {
  const { title, order, prune, vocabulary, reserved, discountFallback } = draft;
  return languageModelSettings.parse({
    title,
    order,
    prune: parts(prune).map(Number),
    vocabulary: vocabulary.trim() === '' ? null : Number(vocabulary),
    reserved,
    discountFallback,
  });
}
