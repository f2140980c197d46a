/**
 * Before which waiting run a run has to be put to stand at `place` (from 0) of the queue; null is the end, undefined
 * means that it stands there already.
 */
export function putBefore(ids: readonly string[], id: string, place: number): string | null | undefined {
  const now = ids.indexOf(id);
  const others = ids.filter((other) => other !== id);
  const wanted = Math.min(Math.max(0, place), others.length);
  return wanted === now ? undefined : (others[wanted] ?? null);
}
