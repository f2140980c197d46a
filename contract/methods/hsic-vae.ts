import type { Blocks } from '../blocks.ts';
import { disentangling } from './disentangling.ts';
import { annealedWeight, elboSymbols } from './elbo-symbols.ts';
import { choice, integer, number, type ValuesOf } from './field.ts';
import { labelColumnField } from './labels.ts';
import { method } from './method.ts';
import { linearWarmUp, warmUpFields } from './warm-up.ts';

const own = {
  between: choice({
    title: 'Independence of',
    unit: '',
    group: 'method',
    choices: [
      { value: 'groups', title: 'Parts of the code' },
      { value: 'label', title: 'The code and a label' },
    ],
    default: 'groups',
    raise: 'Parts of the code shall each say their own thing.',
    lower: 'With a label: the code shall not tell it; the data set must have labels.',
  }),
  groups: integer({
    title: 'Parts of the code',
    unit: 'parts',
    group: 'method',
    min: 2,
    max: 16,
    default: 2,
    raise: 'Raise it for more, smaller parts.',
    lower: 'Lower it for fewer, larger parts.',
  }),
  column: labelColumnField,
  weight: number({
    title: 'Independence weight λ',
    unit: 'weight',
    group: 'method',
    min: 0,
    max: 100_000,
    step: 10,
    default: 100,
    raise: 'Raise it when the dependence does not fall.',
    lower: 'Lower it when reconstructions suffer.',
  }),
  form: choice({
    title: 'Form of the term',
    unit: '',
    group: 'method',
    choices: [
      { value: 'plain', title: 'HSIC itself' },
      { value: 'root', title: 'Its root (as released)' },
    ],
    default: 'plain',
    raise: 'HSIC itself hardly pushes where the dependence is small.',
    lower: 'The root pushes on where the dependence is small.',
  }),
  ...warmUpFields,
} as const;

/** The term, switched on when the warm-up of the KL is over. */
function independence(o: ValuesOf<typeof own>): Partial<Blocks> {
  const term = { kind: 'hsic', weight: o.weight, root: o.form === 'root', after: o.warmUp } as const;
  return o.between === 'groups'
    ? { regularizers: [{ ...term, between: { groups: o.groups } }] }
    : { regularizers: [{ ...term, between: { column: 0 } }], labels: [o.column - 1] };
}

export default method({
  id: 'hsic-vae',
  title: 'HSIC-constrained VAE',
  family: 'disentangling',
  plain: 'Makes parts of the code independent of each other, or of a label, as a kernel test sees it.',
  goodWhen: 'one part of the code should not repeat another, or the code should not tell a label.',
  watchOutFor: 'a code that is ignored is independent of everything: watch the KL.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + \beta_t\, D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right) + \lambda\, \mathrm{HSIC}(z_{G_1}, z_{G_2})`,
  symbols: [
    ...elboSymbols,
    annealedWeight,
    { tex: String.raw`\lambda`, meaning: 'price of dependence, 0 during the warm-up', option: 'weight' },
    { tex: 'z_{G_1}, z_{G_2}', meaning: 'parts of the code, or the code and a label', option: 'between' },
    { tex: String.raw`\mathrm{HSIC}`, meaning: 'kernel measure of dependence: 0 when independent' },
  ],
  citation: 'Lopez et al. 2018',
  latent: true,
  own,
  defaults: disentangling,
  compose: (o) => ({ klWeight: linearWarmUp(o), ...independence(o) }),
});
