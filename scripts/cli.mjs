import path from 'node:path';
import { handOn } from './hand-on.mjs';
import { nodeBinary } from './setup/node-step.mjs';
import { placesOf, projectRoot } from './setup/places.mjs';
import { setUpOrSay } from './setup/set-up.mjs';

/** Set-up speaks on standard error: standard output belongs to the command, which may print a document. */
if (!(await setUpOrSay({ say: (line) => console.error(line), remind: false }))) process.exit(1);
const places = placesOf(projectRoot);
process.exit(
  await handOn(nodeBinary(places), [path.join(places.built, 'cli.mjs'), ...process.argv.slice(2)]),
);
