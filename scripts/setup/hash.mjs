import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** A short name for texts: equal when all of them are. @param {...string} texts */
export function hashOf(...texts) {
  const hash = createHash('sha256');
  // A length before each text keeps ('ab', 'c') and ('a', 'bc') apart.
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest('hex').slice(0, 24);
}

/**
 * The same for files and whole folders, by name and content; a place that does not exist counts as empty.
 * @param {string} root
 * @param {string[]} places relative to the root
 * @param {(file: string) => boolean} [matters] told each path relative to the root
 */
export function hashOfFiles(root, places, matters = () => true) {
  const texts = /** @type {string[]} */ ([]);
  const visit = (/** @type {string} */ place) => {
    const full = path.join(root, place);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) {
      // Tools keep their caches in folders of this name, also in the middle of sources.
      for (const name of readdirSync(full).sort()) if (name !== 'node_modules') visit(path.join(place, name));
    } else if (matters(place)) texts.push(place, readFileSync(full, 'latin1'));
  };
  for (const place of places) visit(place);
  return hashOf(...texts);
}
