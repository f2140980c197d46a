/**
 * Follows a work to its end: what came of it; undefined where it was left early, which ends it on the other side too.
 * Throws what it fails with.
 */
export async function followWork<P extends { kind: 'progress' }, D extends { kind: 'done' }>(
  open: (signal: AbortSignal) => Promise<AsyncIterable<P | D>>,
  signal: AbortSignal,
  tell: (progress: P) => void,
): Promise<D | undefined> {
  try {
    for await (const event of await open(signal)) {
      if (event.kind === 'done') return event;
      if (signal.aborted) return undefined;
      tell(event);
    }
    return undefined;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
