import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { handOn } from './hand-on.mjs';
import { nodeBinary } from './setup/node-step.mjs';
import { placesOf, projectRoot } from './setup/places.mjs';
import { setUpOrSay } from './setup/set-up.mjs';

const folder = path.join(projectRoot, 'bench');
const [name, ...args] = process.argv.slice(2);
const file = path.join(folder, `${name}.ts`);
if (!name || !/^[\w-]+$/.test(name) || !existsSync(file)) {
  const known = readdirSync(folder).filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts'));
  console.error(
    `npm run bench -- NAME, where NAME is one of: ${known.map((f) => f.slice(0, -3)).join(', ')}`,
  );
  process.exit(2);
}
if (!(await setUpOrSay({ say: (line) => console.error(line) }))) process.exit(1);
process.exit(await handOn(nodeBinary(placesOf(projectRoot)), [file, ...args]));
