import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { backendId } from '../../contract/entities.ts';
import { methods } from '../../contract/methods/index.ts';
import type { Command } from './command.ts';
import { methodIndex, methodPage } from './method-page.ts';

export const methodsCommand: Command = {
  name: 'methods',
  usage: ['methods [--pages DIR]'],
  about:
    'Lists the methods and their options (with --json also what they need and measure), or writes a page about each into a folder.',
  run(args, terminal) {
    const { values } = parseArgs({ args, options: { pages: { type: 'string' } } });
    if (values.pages !== undefined) {
      mkdirSync(values.pages, { recursive: true });
      for (const [name, text] of methodPages()) writeFileSync(path.join(values.pages, name), text);
      terminal.print(`${methods.length} pages are in ${values.pages}.`);
    } else if (terminal.json) {
      const shown = methods.map(({ fields, configure: _, preset: __, ...words }) => ({
        ...words,
        // Every block is written in operations that all backends have.
        backends: backendId.options,
        options: fields,
      }));
      terminal.print(JSON.stringify(shown));
    } else {
      for (const method of methods) {
        terminal.print(`${method.id}: ${method.title}. ${method.plain}`);
        const own = Object.entries(method.fields).filter(([, field]) => field.group === 'method');
        for (const [name, field] of own)
          terminal.print(`    --set ${method.id}.${name}=${field.default}  ${field.title}`);
      }
    }
    return Promise.resolve();
  },
};

/** Name and text of every file of docs/methods. */
export function methodPages(): Map<string, string> {
  return new Map([
    ['README.md', methodIndex(methods)],
    ...methods.map((method) => [`${method.id}.md`, methodPage(method)] as const),
  ]);
}
