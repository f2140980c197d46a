import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  representationFiles,
  representations as representationsSchema,
  type Representations,
} from '../../contract/encoders.ts';
import type { Home } from '../home/home.ts';

/** The vectors that lie with a data set; what is still being made has a name that begins with a point. */
export function representedIn(home: Pick<Home, 'dataSet'>, dataSetId: string): Representations[] {
  const folder = path.join(home.dataSet(dataSetId), representationFiles.folder(''));
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    // Nothing was ever computed for it.
    return [];
  }
  return names
    .filter((name) => !name.startsWith('.'))
    .map((name) =>
      representationsSchema.parse(
        JSON.parse(readFileSync(path.join(folder, name, representationFiles.description), 'utf8')),
      ),
    );
}
