import { methods, sizes, type Size } from '../../contract/methods/index.ts';
import type { StudyDraft } from './study-draft.ts';

/** What an address such as `/new?data=…&methods=a,b&size=quick` asks for; unknown names are left out. */
export function queryToDraft(query: Readonly<Record<string, unknown>>): Partial<StudyDraft> {
  const wish: Partial<StudyDraft> = {};
  const { data, methods: ids, size } = query;
  if (typeof data === 'string') wish.dataSetId = data;
  if (typeof ids === 'string') {
    const known = ids.split(',').filter((id) => methods.some((m) => m.id === id));
    if (known.length > 0) wish.methodIds = known;
  }
  if (sizes.includes(size as Size)) wish.size = size as Size;
  return wish;
}
