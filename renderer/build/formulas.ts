import temml from 'temml';
import type { Plugin } from 'vite';
import { methods } from '../../contract/methods/index.ts';

const id = 'virtual:formulas';
const resolved = `\0${id}`;

/** `virtual:formulas`: the MathML of every formula and symbol of the methods, drawn once, when the bundle is made. */
export function formulas(): Plugin {
  return {
    name: 'workbench:formulas',
    resolveId: (source) => (source === id ? resolved : undefined),
    load: (source) => (source === resolved ? `export default ${JSON.stringify(drawn())}` : undefined),
  };
}

/** MathML by LaTeX source; a formula stands in display form, a symbol in the line. Throws on invalid LaTeX. */
export function drawn(): Record<string, string> {
  const table: Record<string, string> = {};
  for (const method of methods) {
    table[method.formula] = mathMl(method.formula, true);
    for (const symbol of method.symbols) table[symbol.tex] = mathMl(symbol.tex, false);
  }
  return table;
}

function mathMl(tex: string, displayMode: boolean): string {
  return temml.renderToString(tex, { displayMode, throwOnError: true, annotate: false });
}
