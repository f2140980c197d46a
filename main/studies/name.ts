import { methodById } from '../../contract/methods/index.ts';

/** So many methods are named one by one. */
const mostNamed = 3;
const longest = 200;

/** What a study is called when nobody named it: its methods as people read them, and its data. At most 200 letters. */
export function studyName(
  methodIds: readonly string[],
  dataName: string,
  titleOf = (id: string): string => methodById(id).title,
): string {
  const titles = methodIds.map(titleOf);
  const named = titles.length <= mostNamed ? titles.join(', ') : `${titles[0]} and ${titles.length - 1} more`;
  const whole = `${named} on ${dataName}`;
  return whole.length <= longest ? whole : `${whole.slice(0, longest - 1)}…`;
}
