import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { IngestFile } from '../../contract/ingest.ts';

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'ingest-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type Contents = string | Uint8Array | readonly string[];

/** A file as a person drops it; an array stands for lines. */
export function file(name: string, contents: Contents): IngestFile {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const where = path.join(folder, 'upload');
  const whole =
    typeof contents === 'string' || contents instanceof Uint8Array ? contents : `${contents.join('\n')}\n`;
  writeFileSync(where, whole);
  return { path: where, name };
}

/** `n` distinct sentences of three to six words. */
export function sentences(n: number, prefix = ''): string[] {
  const verbs = ['sees', 'likes', 'hears', 'knows'];
  return Array.from({ length: n }, (_, i) =>
    `${prefix}one${i % 97} ${verbs[i % 4]} the thing${Math.floor(i / 4)}${i % 3 ? '' : ' again and again'}`.trim(),
  );
}
