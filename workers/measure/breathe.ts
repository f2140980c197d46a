/**
 * Gives timers and messages their turn between two executions: native code holds the thread while it works, and a
 * process that answers nothing counts as crashed. Throws what `check` throws.
 */
export type Breathe = () => Promise<void>;

/** Lets the event loop run when `every` milliseconds have passed since it last did, then asks `check`. */
export function breather(
  check: () => void,
  every = 40,
  now: () => number = () => performance.now(),
): Breathe {
  let last = now();
  return async () => {
    if (now() - last < every) return;
    await new Promise((resolve) => setImmediate(resolve));
    last = now();
    check();
  };
}
