// @vitest-environment node
import { expect, test } from 'vitest';
import { methods } from '../../contract/methods/index.ts';
import { drawn } from './formulas.ts';

test('every formula and every symbol of every method is drawn as MathML', () => {
  const table = drawn();
  for (const method of methods) {
    for (const tex of [method.formula, ...method.symbols.map((symbol) => symbol.tex)]) {
      expect(table[tex], tex).toMatch(/^<math[\s\S]*<\/math>$/);
      expect(table[tex], tex).not.toContain('temml-error');
    }
  }
});
