import type { DataSet, Run } from '../../contract/entities.ts';
import { undefinedBecause, type Measure } from '../../contract/methods/defined.ts';
import { combinationOption, methodOf, whyUndefinedIn } from '../../contract/methods/own.ts';

const share = (part: number) => `${(100 * part).toFixed(1)} %`;

/** What a model is, in words, for whoever finds its files in a year. */
export function modelCard(run: Run, data: DataSet, version: string): string {
  const method = methodOf(run);
  const { train, validation, test, evaluator } = data.sentences;
  const options = Object.entries(run.options).map(([name, value]) => {
    if (name === combinationOption) return `| Building blocks | \`${name}\` | \`${value}\` | |`;
    const field = method.fields[name];
    return `| ${field?.title ?? name} | \`${name}\` | ${value} | ${field?.unit ?? ''} |`;
  });
  return [
    `# ${run.name}`,
    '',
    `${method.title} (${method.citation}). ${method.plain}`,
    '',
    `Good when ${method.goodWhen} Watch out: ${method.watchOutFor}`,
    '',
    '## Data',
    '',
    `«${data.name}»: ${train} sentences for training, ${validation} for validation, ${test} for testing, and ${evaluator} for the evaluator that no model saw. ${data.vocabulary} words have an id (the four special ones included) and cover ${share(data.coverage)} of the running words; the others are read and written as <unk>. Text was ${data.settings.lowerCase ? 'lower-cased' : 'kept in its case'} and split ${data.settings.tokenizer === 'words' ? 'into words and punctuation' : 'at blanks'}.`,
    '',
    ...data.files.map((file) => `- ${file.name}, ${file.bytes} bytes, SHA-256 ${file.sha256}`),
    '',
    '## Settings',
    '',
    '| setting | name | value | unit |',
    '|---|---|---|---|',
    ...options,
    `| Seed | \`seed\` | ${run.seed} | |`,
    '',
    '## Results on the test split',
    '',
    ...resultLines(run),
    '',
    '## Files',
    '',
    '- `model.safetensors`: parameters by name, float32. In Python: `safetensors.numpy.load_file("model.safetensors")`.',
    '- `vocabulary.txt`: one word a line; the line number from 0 is the id. 0 <pad>, 1 <s>, 2 </s>, 3 <unk>.',
    '- `settings.json`: method, options, seed, data set and results, for programs.',
    '',
    `Made with Latent Workbench ${version}.`,
    '',
  ].join('\n');
}

function resultLines(run: Run): string[] {
  const { results, step, epoch } = run;
  const trained = `Trained for ${step} updates (${epoch.toFixed(1)} epochs).`;
  if (!results) return [`${trained} Not measured yet: this is the model as it was last saved.`];
  /** The words for a value, or why there is none. */
  const said = (measure: Measure, words: (value: number) => string): string => {
    const value = results[measure] ?? null;
    if (value !== null) return words(value);
    const reason = whyUndefinedIn(run, measure);
    return reason === null ? 'not measured' : undefinedBecause[reason];
  };
  const nats = (value: number) => `${value.toFixed(3)} nats`;
  const perplexity = (value: number) => `${value.toFixed(2)}, from ${results.samples} samples`;
  return [
    trained,
    '',
    `- NLL per sentence: ${said('nll', (nll) => `${nats(nll)} (${results.nllKind}, ${results.nllSentences} sentences)${results.perplexity === null ? '' : `; perplexity ${results.perplexity.toFixed(2)}`}`)}`,
    ...(results.nll === null && results.elbo !== null
      ? [`- Upper bound of the NLL per sentence (ELBO): ≤ ${nats(results.elbo)}`]
      : []),
    `- KL: ${said('kl', nats)}`,
    `- Mutual information: ${said('mi', nats)}`,
    `- Active units: ${said('au', (au) => `${au} of ${results.auOf ?? '?'}`)}`,
    `- Perplexity of its samples (forward): ${said('fppl', perplexity)}`,
    `- Perplexity of real text under its samples (reverse): ${said('rppl', perplexity)}`,
  ];
}
