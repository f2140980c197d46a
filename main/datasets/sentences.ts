import { linesOf } from '../lines.ts';

/** A page of a text file with one sentence a line. `total` counts what matches the search. */
export async function pageOfLines(
  file: string,
  { search, offset, limit, known }: { search: string; offset: number; limit: number; known: number },
): Promise<{ total: number; sentences: string[] }> {
  const sentences: string[] = [];
  const wanted = search.toLocaleLowerCase();
  let total = 0;
  for await (const line of linesOf(file)) {
    if (wanted && !line.toLocaleLowerCase().includes(wanted)) continue;
    if (total >= offset && sentences.length < limit) sentences.push(line);
    total += 1;
    // Without a search the total is known beforehand, and the rest need not be read.
    if (!wanted && sentences.length === limit) return { total: known, sentences };
  }
  return { total: wanted ? total : Math.max(total, known), sentences };
}
