import * as z from 'zod';
import { optionValues, size, type Run } from '../../contract/entities.ts';
import {
  fieldProblem,
  methodById,
  methods,
  type DataKind,
  type Field,
  type Method,
  type OptionValue,
  type RunField,
} from '../../contract/methods/index.ts';
import { isOwn, methodOf } from '../../contract/methods/own.ts';
import type { StudyRequest } from '../../contract/rpc.ts';
import { t } from '../text/index.ts';

/** A study that is being prepared, as it is kept between visits. */
export const studyDraft = z.object({
  name: z.string(),
  dataSetId: z.string().nullable(),
  methodIds: z.array(z.string()),
  size,
  seeds: z.number().nullable(),
  pinnedTo: z.string().nullable(),
  /** Changed settings of architecture, training and measuring: they hold for every method that has them. */
  shared: optionValues,
  /** Changed settings that belong to one method. */
  own: z.record(z.string(), optionValues),
});
export type StudyDraft = z.infer<typeof studyDraft>;

export function emptyDraft(): StudyDraft {
  return {
    name: '',
    dataSetId: null,
    methodIds: ['vae'],
    size: 'quick',
    seeds: 1,
    pinnedTo: null,
    shared: {},
    own: {},
  };
}

/** A kept draft; an empty one where it is missing, damaged or speaks of methods that are gone. */
export function readDraft(text: string | null): StudyDraft {
  try {
    const draft = studyDraft.parse(JSON.parse(text ?? ''));
    const known = new Set(methods.map((m) => m.id));
    return { ...draft, methodIds: draft.methodIds.filter((id) => isOwn(id) || known.has(id)) };
  } catch {
    return emptyDraft();
  }
}

export interface ShownField {
  readonly option: string;
  readonly field: Field;
  /** The method it belongs to; null for a field of all. */
  readonly methodId: string | null;
  /** Value of the chosen size. */
  readonly usual: OptionValue;
  readonly value: OptionValue;
  readonly changed: boolean;
  /** Why the value cannot be. */
  readonly problem: string | undefined;
}

/** Finds a method of the catalogue or a combination; undefined for a combination that is gone. */
export type FindMethod = (id: string) => Method | undefined;

export const chosenMethods = (draft: StudyDraft, find: FindMethod = methodById): Method[] =>
  draft.methodIds.map(find).filter((method) => method !== undefined);

/**
 * Every field of the chosen methods once: those of one method under it, the others for all together. Fields for more
 * label columns than the data set has are left out, and what was set in them before does not travel.
 */
export function shownFields(
  draft: StudyDraft,
  data: DataKind,
  find?: FindMethod,
  labels = Infinity,
): ShownField[] {
  const found = new Map<string, ShownField>();
  for (const method of chosenMethods(draft, find)) {
    const preset = method.preset(draft.size, data);
    for (const [option, field] of Object.entries(method.fields)) {
      const methodId = field.group === 'method' ? method.id : null;
      const key = `${methodId ?? ''}/${option}`;
      if (found.has(key) || (field.labels ?? 0) > labels) continue;
      const usual = preset[option] ?? field.default;
      const value = (methodId === null ? draft.shared : draft.own[methodId])?.[option] ?? usual;
      found.set(key, {
        option,
        field,
        methodId,
        usual,
        value,
        changed: value !== usual,
        problem: fieldProblem(field, value),
      });
    }
  }
  return [...found.values()];
}

/** The runs that a field of a run offers, and none; finished ones on the data set. */
export function runChoices(
  { methods: wanted }: Pick<RunField, 'methods'>,
  runs: readonly Run[],
  dataSetId: string | undefined,
): { value: string; title: string }[] {
  const fitting = runs.filter(
    (run) => wanted.includes(run.methodId) && run.dataSetId === dataSetId && run.results,
  );
  return [
    { value: '', title: t('newStudy.noRun') },
    ...fitting.map(({ id, name }) => ({ value: id, title: name })),
  ];
}

export type OpenPoint =
  | { readonly kind: 'data' }
  | { readonly kind: 'method' }
  | { readonly kind: 'seeds' }
  | { readonly kind: 'field'; readonly field: string; readonly reason: string };

/** What keeps the study from starting. */
export function openPoints(
  draft: StudyDraft,
  data: DataKind,
  find?: FindMethod,
  labels?: number,
): OpenPoint[] {
  const points: OpenPoint[] = [];
  if (draft.dataSetId === null) points.push({ kind: 'data' });
  if (chosenMethods(draft, find).length === 0) points.push({ kind: 'method' });
  if (!Number.isInteger(draft.seeds) || draft.seeds! < 1 || draft.seeds! > 50) points.push({ kind: 'seeds' });
  for (const { field, problem } of shownFields(draft, data, find, labels)) {
    if (problem !== undefined) points.push({ kind: 'field', field: field.title, reason: problem });
  }
  return points;
}

/** The call that starts the study; only changed values travel. */
export function toRequest(
  draft: StudyDraft,
  data: DataKind,
  find?: FindMethod,
  labels?: number,
): StudyRequest {
  const fields = shownFields(draft, data, find, labels).filter((f) => f.changed);
  const options: StudyRequest['options'] = {};
  for (const method of chosenMethods(draft, find)) {
    const own = fields.filter(
      (f) => Object.hasOwn(method.fields, f.option) && (f.methodId === null || f.methodId === method.id),
    );
    if (own.length > 0) options[method.id] = Object.fromEntries(own.map((f) => [f.option, f.value]));
  }
  return {
    ...(draft.name.trim() === '' ? {} : { name: draft.name.trim() }),
    dataSetId: draft.dataSetId ?? '',
    methodIds: chosenMethods(draft, find).map(({ id }) => id),
    size: draft.size,
    seeds: draft.seeds ?? 1,
    options,
    pinnedTo: draft.pinnedTo,
  };
}

/** The draft of a run like a given one. */
export function draftLike(run: Run, data: DataKind): StudyDraft {
  const method = methodOf(run);
  const preset = method.preset(run.size, data);
  const draft: StudyDraft = {
    ...emptyDraft(),
    dataSetId: run.dataSetId,
    methodIds: [run.methodId],
    size: run.size,
    pinnedTo: run.pinnedTo,
  };
  for (const [option, field] of Object.entries(method.fields)) {
    const value = run.options[option];
    if (value === undefined || value === preset[option]) continue;
    if (field.group === 'method') (draft.own[run.methodId] ??= {})[option] = value;
    else draft.shared[option] = value;
  }
  return draft;
}
