import type { Blocks } from '../blocks.ts';
import { annealedWeight, elboSymbols } from './elbo-symbols.ts';
import { choice, integer, number, type ValuesOf } from './field.ts';
import { labelColumnField } from './labels.ts';
import { method } from './method.ts';
import { linearWarmUp, warmUpFields } from './warm-up.ts';

const own = {
  task: choice({
    title: 'What is asked of the code',
    unit: '',
    group: 'method',
    choices: [
      { value: 'bagOfWords', title: 'All words of the sentence, without their order' },
      { value: 'codeRegression', title: 'To be read off the states of the decoder' },
      { value: 'reencoding', title: 'To be found again in a sentence written from it' },
      { value: 'labelHead', title: 'A label of the sentence' },
    ],
    default: 'bagOfWords',
    raise: 'The words without their order cannot be guessed from the words before.',
    lower: 'A label needs a data set with labels.',
  }),
  weight: number({
    title: 'Weight of the task',
    unit: 'weight',
    group: 'method',
    min: 0,
    max: 1000,
    step: 0.1,
    default: 1,
    raise: 'Raise it when the code is still ignored.',
    lower: 'Lower it when fluency suffers; for the two tasks about the code itself 0.1 is usual.',
  }),
  taskHidden: integer({
    title: 'Hidden units for the words',
    unit: 'units',
    group: 'method',
    min: 1,
    max: 4096,
    default: 400,
    raise: 'Raise it for a large vocabulary.',
    lower: 'Lower it to save time.',
  }),
  longest: integer({
    title: 'Longest sentence written for re-encoding',
    unit: 'words',
    group: 'method',
    min: 1,
    max: 100,
    default: 20,
    raise: 'Raise it for long texts; time grows with it.',
    lower: 'Lower it to save time.',
  }),
  column: labelColumnField,
  ...warmUpFields,
} as const;

function task(o: ValuesOf<typeof own>): Partial<Blocks> {
  const { weight } = o;
  switch (o.task) {
    case 'bagOfWords':
      return { regularizers: [{ kind: 'bagOfWords', weight, hidden: o.taskHidden }] };
    case 'codeRegression':
      // Beside every word the decoder could copy the code into its states.
      return {
        regularizers: [{ kind: 'codeRegression', weight }],
        decoder: { kind: 'lstm', code: 'start' },
      };
    case 'reencoding':
      return { regularizers: [{ kind: 'reencoding', weight, longest: o.longest }] };
    case 'labelHead':
      return { regularizers: [{ kind: 'labelHead', weight, column: 0 }], labels: [o.column - 1] };
  }
}

export default method({
  id: 'z-recon',
  title: 'VAE with a second task for the code',
  family: 'auxiliary',
  plain: 'Gives the code a task that the decoder cannot solve by guessing from the words before.',
  goodWhen: 'the code is ignored because the decoder guesses well without it.',
  watchOutFor:
    'the task takes its share of the code: it may say which words there are, but little about their order.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + \beta_t\, D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right) + \lambda\, A(z, x), \quad \text{e.g. } A = -\sum_t \log \mathrm{softmax}(f(z))_{x_t}`,
  symbols: [
    ...elboSymbols,
    annealedWeight,
    { tex: 'A', meaning: 'what the code pays for doing its second task badly', option: 'task' },
    { tex: String.raw`\lambda`, meaning: 'weight of the task', option: 'weight' },
    { tex: 'f', meaning: 'a network that names the words of a sentence', option: 'taskHidden' },
  ],
  citation: 'Zhao, Zhao & Eskenazi 2017',
  latent: true,
  own,
  compose: (o) => ({ klWeight: linearWarmUp(o), ...task(o) }),
});
