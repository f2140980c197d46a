import { mkdirSync, readFileSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * When a process started, where the system tells: a process number alone is used again, after a restart of a
 * container even at once.
 * @param {number} pid
 */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 22; the program's name before it may hold spaces and brackets.
    const [state, ...others] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A process that has ended keeps its number until somebody asks for its exit code.
    return state === 'Z' ? '' : (others[18] ?? '');
  } catch {
    return '';
  }
}

const mark = () => `${process.pid} ${startOf(process.pid)}`;

/** @param {string} owner */
function alive(owner) {
  const [pid = '', start = ''] = owner.split(' ');
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH') return false;
  }
  return start === '' || startOf(Number(pid)) === start;
}

/** @param {string} file */
function ownerOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Takes the lock, waiting while a living process holds it. Returns the function that gives it back.
 * @param {string} file
 * @param {(pid: string) => void} onWait told once, when somebody else holds it
 * @returns {Promise<() => void>}
 */
export async function takeLock(file, onWait = () => {}) {
  mkdirSync(path.dirname(file), { recursive: true });
  let told = false;
  for (;;) {
    try {
      writeFileSync(file, mark(), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const owner = ownerOf(file);
    // Empty: it is being written this very moment, or its writer died in that moment.
    if (owner !== undefined && !alive(owner) && (owner !== '' || told)) removeDead(file, owner);
    else if (!told) {
      told = true;
      onWait(owner?.split(' ')[0] ?? '');
    }
    await wait(200);
  }
}

/**
 * Only one of several waiting processes removes the lock of a dead one; a second look under that guard makes
 * sure that it is still the dead one's.
 * @param {string} file
 * @param {string} owner
 */
function removeDead(file, owner) {
  const guard = `${file}.clearing`;
  try {
    mkdirSync(guard);
  } catch {
    return;
  }
  try {
    if (ownerOf(file) === owner) rmSync(file, { force: true });
  } finally {
    rmdirSync(guard);
  }
}
