import path from 'node:path';
import { handOn } from './hand-on.mjs';
import { carriedNodeStep, nodeBinary } from './setup/node-step.mjs';
import { placesOf, projectRoot } from './setup/places.mjs';
import { setUpOrSay, steps } from './setup/set-up.mjs';

/** `npm run pack [-- OPTIONS OF ELECTRON-BUILDER]`: set-up, then the packer. */
const places = placesOf(projectRoot);
// The application brings its own Node, also where set-up could do with the one that runs it.
if (!(await setUpOrSay({ steps: [carriedNodeStep, ...steps.slice(1)] }))) process.exit(1);
const packer = path.join(places.packages, 'electron-builder', 'cli.js');
process.exit(await handOn(nodeBinary(places), [packer, ...process.argv.slice(2)], { cwd: projectRoot }));
