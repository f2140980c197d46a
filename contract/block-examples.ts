import type { Blocks } from './blocks.ts';
import { slots, type Slot } from './blocks-schema.ts';
import { methods, type Method, type OptionValues } from './methods/index.ts';

/** A block as a method of the catalogue has it: what a form begins with when its kind is chosen. */
export interface Example {
  readonly block: { readonly kind: string };
  readonly method: Method;
}

/** Options of a method at the standard size, and with each of its choices taken in turn. */
function* settingsOf(method: Method): Generator<OptionValues> {
  const preset = method.preset('standard', 'text');
  yield preset;
  for (const [name, field] of Object.entries(method.fields))
    if (field.kind === 'choice' && field.group === 'method')
      for (const { value } of field.choices) yield { ...preset, [name]: value };
}

const itemsOf = (blocks: Blocks, slot: Slot): readonly { readonly kind: string }[] =>
  slot === 'regularizers' ? blocks.regularizers : [blocks[slot]];

let known: ReadonlyMap<string, Example> | undefined;

function all(): ReadonlyMap<string, Example> {
  if (known) return known;
  const found = new Map<string, Example>();
  for (const method of methods)
    for (const options of settingsOf(method)) {
      const { blocks } = method.configure(options);
      for (const slot of slots)
        for (const block of itemsOf(blocks, slot)) {
          const key = `${slot} ${block.kind}`;
          if (!found.has(key)) found.set(key, { block, method });
        }
    }
  return (known = found);
}

/** The first of the catalogue. Throws for a kind that no method uses. */
export function exampleOf(slot: Slot, kind: string): Example {
  const found = all().get(`${slot} ${kind}`);
  if (!found) throw new Error(`no method has ${slot} ${kind}`);
  return found;
}
