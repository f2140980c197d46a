/**
 * Runs jobs in their order, at most `atOnce` at a time. What they print reads as if they had run one after the
 * other: of the first that has not ended at once, of a later one when its turn comes.
 * @template T
 * @param {((print: (chunk: string | Uint8Array) => void) => Promise<T>)[]} jobs
 * @param {number} atOnce
 * @param {(chunk: string | Uint8Array) => void} write
 * @returns {Promise<T[]>} in the order of the jobs
 */
export async function sideBySide(jobs, atOnce, write) {
  /** @type {(string | Uint8Array)[][]} */
  const held = jobs.map(() => []);
  /** @type {Set<number>} */
  const ended = new Set();
  let turn = 0;
  const say = () => {
    for (; turn < jobs.length; turn++) {
      for (const chunk of held[turn]?.splice(0) ?? []) write(chunk);
      if (!ended.has(turn)) return;
    }
  };
  /** @type {T[]} */
  const results = [];
  const waiting = [...jobs.entries()];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [i, job] = next;
      results[i] = await job((chunk) => {
        held[i]?.push(chunk);
        say();
      });
      ended.add(i);
      say();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}
