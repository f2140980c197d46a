import { fieldText, type Field, type Method } from '../../contract/methods/index.ts';

/** The page of a method in docs/methods, Markdown with LaTeX. Everything on it comes from the method's own file. */
export function methodPage(method: Method): string {
  const own = Object.entries(method.fields).filter(([, { group }]) => group === 'method');
  const needs = method.needs.labels === 0 ? 'Text alone.' : `Text with ${columnsText(method.needs.labels)}.`;
  return [
    `# ${method.title}`,
    `\`${method.id}\` · ${method.citation}`,
    method.plain,
    `- **Good when** ${method.goodWhen}\n- **Watch out:** ${method.watchOutFor}\n- **Needs:** ${needs}\n- **Measured:** ${method.measures.join(', ')}`,
    '## Objective',
    `$$${method.formula}$$`,
    method.symbols
      .map(({ tex, meaning, option }) => `- $${tex}$: ${meaning}${option ? ` (\`${option}\`)` : ''}`)
      .join('\n'),
    '## Options of its own',
    own.length === 0 ? 'None.' : own.map(([name, field]) => optionLines(name, field)).join('\n'),
    '',
  ].join('\n\n');
}

const columnsText = (count: number): string => (count === 1 ? 'a label column' : `${count} label columns`);

function optionLines(name: string, field: Field): string {
  const unit = field.unit === '' ? '' : ` (${field.unit})`;
  const offered = field.labels ? ` Only for data with ${columnsText(field.labels)}.` : '';
  return `- \`${name}\`: **${field.title}**${unit}, ${fieldText(field)}. ${field.raise} ${field.lower}${offered}`;
}

/** The list of all pages, one line a method. */
export function methodIndex(methods: readonly Method[]): string {
  const lines = methods.map(({ id, title, plain }) => `- [${title}](${id}.md): ${plain}`);
  return `# Methods\n\nGenerated from the files in \`contract/methods\` by \`npm run -s cli -- methods --pages docs/methods\`.\n\n${lines.join('\n')}\n`;
}
