import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './places.mjs';

/** Run by the model step under Node 24, which reads the worker's TypeScript as it is: `bundled-model.mjs OUT`. */
const out = process.argv[2];
if (!out) throw new Error('bundled-model.mjs needs the file to write');
const { buildBundledModel } = await import(
  pathToFileURL(path.join(projectRoot, 'workers', 'ngram', 'entry.ts')).href
);
await buildBundledModel(out);
