import { takeLock } from './lock.mjs';
import { placesOf, projectRoot } from './places.mjs';
import { Problem } from './problem.mjs';
import { readStatus, writeStatus } from './status.mjs';
import { nodeStep } from './node-step.mjs';
import { packagesStep } from './packages-step.mjs';
import { tensorStep } from './tensor-step.mjs';
import { modelStep } from './model-step.mjs';
import { webgpuStep } from './webgpu-step.mjs';
import { buildStep } from './build-step.mjs';

/**
 * What every step is given.
 * @typedef {object} Situation
 * @property {import('./places.mjs').Places} places
 * @property {NodeJS.ProcessEnv} env
 * @property {(text: string) => void} say tells what is going on inside the step
 */

/**
 * One thing that set-up brings.
 * @typedef {object} Step
 * @property {string} id
 * @property {string} title
 * @property {boolean} needed without it nothing starts; otherwise its absence is recorded and we go on
 * @property {(s: Situation) => string} stamp hash of all that it depends on
 * @property {(s: Situation) => string} [tools] which outside programs it would use; it is tried again when they change
 * @property {(s: Situation) => string | undefined} [found] the version that is already there without our doing
 * @property {(s: Situation) => boolean} present whether what it made is still there
 * @property {(s: Situation) => Promise<string>} make does it and returns the version; throws Problem
 */

/** In the order in which they need each other. @type {Step[]} */
export const steps = [nodeStep, packagesStep, tensorStep, webgpuStep, modelStep, buildStep];

const tryAgainAfter = 24 * 60 * 60 * 1000;

/**
 * Brings what is missing. Throws the Problem of a needed step; others are recorded in the status file.
 * @param {object} [options]
 * @param {string} [options.root]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {Step[]} [options.steps]
 * @param {boolean} [options.remind] say at each start what it goes without; true unless told otherwise
 * @param {boolean} [options.repair] try again what did not succeed last time
 * @param {(line: string) => void} [options.say] one line of progress
 * @param {() => number} [options.now] milliseconds
 */
export async function setUp(options = {}) {
  const places = placesOf(options.root ?? projectRoot);
  const env = options.env ?? process.env;
  const all = options.steps ?? steps;
  const say = options.say ?? ((line) => console.log(line));
  const now = options.now ?? Date.now;
  /** @type {Situation} */
  const situation = { places, env, say: (text) => say(`    ${text}`) };

  const open = () => all.filter((step) => !settled(step, situation, options.repair ?? false, now()));
  if (open().length === 0) {
    if (options.remind ?? true) remind(all, places, say);
    return;
  }
  const unlock = await takeLock(places.lock, (pid) =>
    say(`Another set-up is at work (process ${pid}); waiting for it.`),
  );
  try {
    // Each is asked again in its turn: the other set-up may have done it, an earlier step may have changed it.
    const work = options.repair ? new Set(open()) : undefined;
    for (const step of all) {
      const retry = work?.has(step) ?? false;
      if (settled(step, situation, retry, now())) continue;
      await perform(step, situation, all, say, now);
    }
  } finally {
    unlock();
  }
}

/**
 * For programs that begin with set-up: false, and the reason on standard error, when a needed step failed.
 * @param {Parameters<typeof setUp>[0]} [options]
 */
export async function setUpOrSay(options) {
  try {
    await setUp(options);
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(`${error.reason} ${error.remedy}`);
    return false;
  }
}

/**
 * @param {Step} step @param {Situation} situation @param {boolean} retry @param {number} now
 */
function settled(step, situation, retry, now) {
  const known = readStatus(situation.places.status).find((other) => other.id === step.id);
  if (!known || known.stamp !== step.stamp(situation)) return false;
  if (known.state === 'ready') return step.present(situation);
  if (step.needed || retry || now - known.at > tryAgainAfter) return false;
  return known.tools === (step.tools?.(situation) ?? '');
}

/**
 * @param {Step} step @param {Situation} situation @param {Step[]} all
 * @param {(line: string) => void} say @param {() => number} now
 */
async function perform(step, situation, all, say, now) {
  const { places } = situation;
  const order = all.map((other) => other.id);
  const began = now();
  const seconds = () => Math.round((now() - began) / 100) / 10;
  const record = (/** @type {Partial<import('./status.mjs').StepStatus>} */ outcome) =>
    writeStatus(
      places.status,
      {
        id: step.id,
        title: step.title,
        state: 'ready',
        version: null,
        reason: null,
        remedy: null,
        seconds: seconds(),
        stamp: step.stamp(situation),
        tools: step.tools?.(situation) ?? '',
        at: now(),
        ...outcome,
      },
      order,
    );
  const found = step.found?.(situation);
  if (found !== undefined) {
    say(`  ${step.title}: already there (${found})`);
    record({ version: found });
    return;
  }
  say(`  ${step.title} ...`);
  try {
    const version = await step.make(situation);
    say(`  ${step.title}: ready (${version}), ${seconds()} s`);
    record({ version });
  } catch (error) {
    const problem =
      error instanceof Problem
        ? error
        : new Problem(
            `The step failed in a way that was not foreseen: ${error instanceof Error ? error.message : error}.`,
            `What it said is in ${places.log}.`,
          );
    record({ state: problem.state, reason: problem.reason, remedy: problem.remedy });
    if (step.needed) throw problem;
    say(`  ${step.title}: not available, ${seconds()} s. ${problem.reason} ${problem.remedy}`);
  }
}

/**
 * A start that has nothing to do still says what it goes without.
 * @param {Step[]} all @param {import('./places.mjs').Places} places @param {(line: string) => void} say
 */
function remind(all, places, say) {
  const ids = all.map((step) => step.id);
  for (const known of readStatus(places.status))
    if (known.state !== 'ready' && ids.includes(known.id))
      say(`  ${known.title}: not available. ${known.reason} (npm start -- --repair tries again)`);
}
