import { readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/**
 * What a vitest run came to, from its JSON report and its exit code. A file that did not load, a run that ended
 * without a report and an error outside of every test each count as one failure: nothing that went wrong may look
 * like a pass.
 * @param {string} file the report
 * @param {number} code
 * @returns {Count}
 */
export function countVitest(file, code) {
  /** @type {{ status: string, assertionResults: { status: string }[] }[]} */
  let results;
  try {
    results = JSON.parse(readFileSync(file, 'utf8')).testResults;
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const states = results.flatMap(({ status, assertionResults }) => {
    const own = assertionResults.map((one) => one.status);
    return status === 'failed' && !own.includes('failed') ? [...own, 'failed'] : own;
  });
  const count = (/** @type {string} */ state) => states.filter((other) => other === state).length;
  const [passed, failed] = [count('passed'), count('failed')];
  const unseen = failed === 0 && code !== 0 ? 1 : 0;
  return { passed, failed: failed + unseen, skipped: states.length - passed - failed };
}

/**
 * Tests that passed and whose title, or that of a group around them, begins with the id of a method.
 * @param {string[]} files reports; one that is not there counts nothing
 * @param {string[]} ids
 * @returns {Map<string, number>} of every id, in the order given
 */
export function countByMethod(files, ids) {
  const counts = new Map(ids.map((id) => [id, 0]));
  for (const file of files) {
    /** @type {{ assertionResults: { status: string, title: string, ancestorTitles: string[] }[] }[]} */
    let results;
    try {
      results = JSON.parse(readFileSync(file, 'utf8')).testResults;
    } catch {
      continue;
    }
    for (const { status, title, ancestorTitles } of results.flatMap((one) => one.assertionResults)) {
      if (status !== 'passed') continue;
      const named = new Set([title, ...ancestorTitles].map((words) => /^[\w-]+/.exec(words)?.[0] ?? ''));
      for (const id of named) if (counts.has(id)) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  return counts;
}
