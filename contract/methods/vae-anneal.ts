import { annealedWeight, elboSymbols } from './elbo-symbols.ts';
import { choice, number } from './field.ts';
import { method } from './method.ts';
import { linearWarmUp, warmUpFields } from './warm-up.ts';

export default method({
  id: 'vae-anneal',
  title: 'VAE with KL annealing',
  family: 'kl-weight',
  plain: 'Lets the code carry information almost for free at first and raises its price step by step.',
  goodWhen: 'you want the simplest remedy against a code that is ignored from the start.',
  watchOutFor: 'once the full price is reached the code may still collapse, as it does on long texts.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + \beta_t\, D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right)`,
  symbols: [...elboSymbols, annealedWeight],
  citation: 'Bowman et al. 2016',
  latent: true,
  own: {
    curve: choice({
      title: 'Shape of the warm-up',
      unit: '',
      group: 'method',
      choices: [
        { value: 'linear', title: 'Linear: equal steps' },
        { value: 'logistic', title: 'Logistic: an S-shaped curve' },
      ],
      default: 'linear',
      raise: 'Linear follows the published comparison.',
      lower: 'Logistic stays low for longer and then rises quickly.',
    }),
    ...warmUpFields,
    slope: number({
      title: 'Slope of the logistic curve',
      unit: 'per update',
      group: 'method',
      min: 0.00001,
      max: 1,
      step: 0.0005,
      default: 0.0025,
      raise: 'Raise it for a sharper rise.',
      lower: 'Lower it for a gentler rise.',
    }),
    midpoint: number({
      title: 'Middle of the logistic curve',
      unit: 'updates',
      group: 'method',
      min: 0,
      max: 10_000_000,
      step: 100,
      default: 2500,
      raise: 'Raise it to keep the weight low for longer.',
      lower: 'Lower it to reach the full weight sooner.',
    }),
  },
  compose: (o) => ({
    klWeight:
      o.curve === 'linear' ? linearWarmUp(o) : { kind: 'logistic', slope: o.slope, midpoint: o.midpoint },
  }),
});
