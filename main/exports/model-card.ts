import type { DataSet, Run } from '../../contract/entities.ts';
import { combinationOption, methodOf } from '../../contract/methods/own.ts';

const share = (part: number) => `${(100 * part).toFixed(1)} %`;
const nats = (value: number | null) =>
  value === null ? 'not defined for this method' : `${value.toFixed(3)} nats`;

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

function resultLines({ results, step, epoch }: Run): string[] {
  const trained = `Trained for ${step} updates (${epoch.toFixed(1)} epochs).`;
  if (!results) return [`${trained} Not measured yet: this is the model as it was last saved.`];
  return [
    trained,
    '',
    results.nll === null || results.perplexity === null
      ? '- NLL per sentence: not defined for this method'
      : `- NLL per sentence: ${results.nll.toFixed(3)} nats (${results.nllKind}, ${results.nllSentences} sentences); perplexity ${results.perplexity.toFixed(2)}`,
    `- KL: ${nats(results.kl)}`,
    `- Mutual information: ${nats(results.mi)}`,
    `- Active units: ${results.au === null ? 'not defined for this method' : `${results.au} of ${results.auOf ?? '?'}`}`,
    `- Perplexity of its samples (forward): ${results.fppl?.toFixed(2) ?? 'not measured'}; of real text under its samples (reverse): ${results.rppl?.toFixed(2) ?? 'not measured'}, from ${results.samples} samples`,
  ];
}
