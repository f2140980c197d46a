import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * What became of a step, as `.runtime/status.json` keeps it for the next start, for `doctor` and for the devices
 * panel. All but the last three are `SetupStep` of contract/entities.ts.
 * @typedef {object} StepStatus
 * @property {string} id
 * @property {string} title
 * @property {'ready' | 'missing' | 'failed'} state
 * @property {string | null} version
 * @property {string | null} reason
 * @property {string | null} remedy
 * @property {number | null} seconds
 * @property {string} stamp hash of all that the step depends on
 * @property {string} tools which outside programs were there, for a step that did not succeed
 * @property {number} at milliseconds since 1970
 */

/**
 * @param {string} file
 * @returns {StepStatus[]}
 */
export function readStatus(file) {
  try {
    const { steps } = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(steps) ? steps : [];
  } catch {
    // Not there yet, or cut off by a full disk: every step then looks for itself what is there.
    return [];
  }
}

/**
 * Puts one step's status in its place among the others.
 * @param {string} file
 * @param {StepStatus} step
 * @param {string[]} order ids of all steps
 */
export function writeStatus(file, step, order) {
  const others = readStatus(file).filter((other) => other.id !== step.id && order.includes(other.id));
  const steps = [...others, step].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  replaceFile(file, `${JSON.stringify({ version: 1, steps }, null, 2)}\n`);
}

/** Whoever reads sees the old text or the new one, never a half. @param {string} file @param {string} text */
export function replaceFile(file, text) {
  mkdirSync(path.dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, text);
  renameSync(partial, file);
}
