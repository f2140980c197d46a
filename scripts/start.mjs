import path from 'node:path';
import { parseArgs } from 'node:util';
import { handOn } from './hand-on.mjs';
import { nodeBinary } from './setup/node-step.mjs';
import { placesOf, projectRoot } from './setup/places.mjs';
import { setUpOrSay } from './setup/set-up.mjs';
import { chooseShell, electronProgram } from './shells.mjs';

const usage = `npm start -- [options]
  --server     serve to a browser even where a window could be opened
  --port N     port of the server (otherwise 8417, or a free one)
  --home DIR   data folder
  --no-open    do not open a browser
  --repair     try again what set-up could not bring
`;

/** @param {string[]} args */
function flagsOf(args) {
  const { values } = parseArgs({
    args,
    options: {
      server: { type: 'boolean', default: false },
      port: { type: 'string' },
      home: { type: 'string' },
      'no-open': { type: 'boolean', default: false },
      repair: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.port !== undefined && !(/^\d{1,5}$/.test(values.port) && Number(values.port) < 65536))
    throw new Error(`--port wants a number from 0 to 65535, not ${values.port}`);
  return values;
}

/** @param {string[]} args @returns {Promise<number>} exit code */
async function start(args) {
  /** @type {ReturnType<typeof flagsOf>} */
  let flags;
  try {
    flags = flagsOf(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return 2;
  }
  if (flags.help) {
    console.log(usage);
    return 0;
  }
  if (!(await setUpOrSay({ repair: flags.repair }))) return 1;
  const places = placesOf(projectRoot);
  const home = flags.home === undefined ? [] : ['--home', path.resolve(flags.home)];
  const electron = electronProgram(places.packages);
  const choice = chooseShell({
    serverAsked: flags.server,
    electron,
    platform: process.platform,
    env: process.env,
    root: process.getuid?.() === 0,
  });
  if (choice.shell === 'window')
    return handOn(electron ?? '', [projectRoot, ...home], {
      env: { ...process.env, LATENT_WORKBENCH_NODE: nodeBinary(places) },
    });
  if (choice.reason) console.log(choice.reason);
  const port = flags.port === undefined ? [] : ['--port', flags.port];
  const open = flags['no-open'] ? ['--no-open'] : [];
  return handOn(nodeBinary(places), [path.join(places.built, 'server.mjs'), ...home, ...port, ...open], {
    channel: true,
  });
}

process.exit(await start(process.argv.slice(2)));
