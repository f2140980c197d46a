/** One source for dotted terms, tool-tips and the glossary page. `good` says which values are good, where that makes sense. */
export const glossary = {
  code: {
    name: 'Code (latent code)',
    short: 'A short list of numbers into which a model squeezes a sentence, and from which it writes one.',
    good: '',
  },
  prior: {
    name: 'Prior',
    short:
      'Where codes are expected to lie before a sentence is seen: a standard normal distribution. New sentences are written from codes drawn from it.',
    good: '',
  },
  posterior: {
    name: 'Posterior',
    short: 'Where the encoder puts the code of one sentence: a small cloud rather than a point.',
    good: '',
  },
  collapse: {
    name: 'Posterior collapse',
    short:
      'The decoder has learned to write without looking at the code: every sentence gets the same posterior, and the code says nothing.',
    good: 'Collapsed models show KL and MI near 0 and no active unit. Their sentences can still be fluent.',
  },
  nll: {
    name: 'NLL (negative log-likelihood)',
    short:
      'How surprised the model is by a held-out sentence, on average, in nats. For models with a code it is estimated with importance sampling.',
    good: 'Lower is better. Only compare values from the same data set, vocabulary and split.',
  },
  elbo: {
    name: 'ELBO (evidence lower bound)',
    short:
      'What a variational autoencoder trains on: reconstruction plus KL. It bounds the log-likelihood from below.',
    good: 'Higher is better; the gap to the NLL shows how good the encoder is.',
  },
  reconstruction: {
    name: 'Reconstruction loss',
    short: 'Nats that the decoder still needs to write a sentence when it is given its code.',
    good: 'Lower means the code says more. Compare it together with KL.',
  },
  kl: {
    name: 'KL (Kullback–Leibler divergence)',
    short: 'Nats of information that the code of a sentence pays for leaving the prior.',
    good: 'Near 0 means the code is ignored. A few nats are common for working models; much more means that sentences from the prior suffer.',
  },
  klWeight: {
    name: 'KL weight (β)',
    short:
      'The price of information in the training objective. 1 is the true objective; a warm-up begins lower.',
    good: '',
  },
  mi: {
    name: 'MI (mutual information)',
    short: 'How much knowing the code tells about which sentence it came from, in nats.',
    good: 'Higher means a more informative code. The estimate has noise: small negative values mean 0.',
  },
  au: {
    name: 'AU (active units)',
    short: 'How many dimensions of the code change noticeably from sentence to sentence.',
    good: '0 means collapse. All of them means that the code may be too narrow.',
  },
  mmd: {
    name: 'MMD (maximum mean discrepancy)',
    short: 'How far the codes of all sentences together lie from the prior, measured on sets of 32 codes.',
    good: 'Near 0.03 is what codes from the prior itself get. Much more means that sentences from the prior suffer.',
  },
  labelAccuracy: {
    name: 'Label accuracy',
    short:
      'Share of test sentences whose label can be read off the code, where the method trains the code to tell it.',
    good: 'Compare it with the share of the commonest label: that much is had by guessing.',
  },
  labelInformation: {
    name: 'Label information',
    short:
      'At least this much, in nats, the code tells about the label: entropy of the label minus the cross-entropy.',
    good: 'Higher is better; it cannot exceed the entropy of the label. Below 0 means worse than guessing by shares.',
  },
  totalCorrelation: {
    name: 'Total correlation (TC)',
    short: 'How much the dimensions of the code depend on each other, over all sentences, in nats.',
    good: '0 means independent dimensions. A code that is ignored has 0 too: read it together with KL and MI.',
  },
  hsic: {
    name: 'HSIC (kernel dependence)',
    short:
      'A kernel measure of how far two parts of the code, or the code and a label, depend on each other.',
    good: '0 means independent. Compare it only between batches of the same size.',
  },
  freeBits: {
    name: 'Free bits',
    short: 'Nats of KL that cost nothing: the code pays only for what it says beyond them.',
    good: '',
  },
  capacity: {
    name: 'Capacity',
    short: 'The KL that training holds the code at, rising from 0 to a target.',
    good: 'A KL at its capacity with an MI near 0 means that all codes moved away from the prior together.',
  },
  regularizer: {
    name: 'Extra term',
    short: 'A part of the training objective besides reconstruction and KL, or the loss of a second player.',
    good: '',
  },
  perplexity: {
    name: 'Perplexity (PPL)',
    short: 'Between how many equally likely words a model hesitates on average.',
    good: 'Lower is better. It is the exponential of the NLL for each predicted word.',
  },
  fppl: {
    name: 'FPPL (forward perplexity)',
    short: 'Perplexity of the model’s sentences under a language model of real text: are they fluent?',
    good: 'Lower is more fluent, but repeating one safe sentence also scores well: read it together with RPPL.',
  },
  rppl: {
    name: 'RPPL (reverse perplexity)',
    short:
      'Perplexity of real text under a language model made from the model’s sentences: do they cover the language?',
    good: 'Lower covers more. Only compare sets with the same number of sentences.',
  },
  distinct: {
    name: 'Distinct-1, distinct-2',
    short: 'Share of different words, and of different word pairs, among all words of a sample set.',
    good: 'Higher is more varied. It falls with the number of sentences.',
  },
  selfBleu: {
    name: 'Self-BLEU-4',
    short:
      'How much the sentences of a set repeat each other: each of the first 500 is compared with all others by its word sequences of up to four words.',
    good: 'Lower is more varied; 1 means that all are the same sentence. Real text lies well above 0.',
  },
  keptBleu: {
    name: 'Self-BLEU with the sentence',
    short:
      'How much of the given sentence a rewriting keeps: BLEU of its word sequences of up to four words, with the given sentence as reference.',
    good: 'Higher keeps more; 1 means that nothing was changed.',
  },
  probeAccuracy: {
    name: 'Probe accuracy',
    short:
      'How often a simple (linear) classifier reads the label from the code: trained on codes of the training split, tested on the test split.',
    good: 'Methods that keep a label out of the code should come down to the share of the commonest label. Elsewhere a high value means that the code knows the label.',
  },
  copied: {
    name: 'Copied share',
    short: 'Share of sentences that stand word for word in the training split.',
    good: 'Near 0: a model that copies has not learned to write.',
  },
  surprisal: {
    name: 'Surprisal',
    short:
      'How unexpected a word is after the words before it, in bits: one bit for each halving of its chance.',
    good: 'Below 3 bits is expected, above 10 is surprising.',
  },
  ngram: {
    name: '5-gram language model',
    short: 'A model that judges a word by up to four words before it, counted in real text.',
    good: '',
  },
  evaluator: {
    name: 'Evaluator',
    short:
      'Sentences that no trained model ever sees. The language model that judges samples is counted on them.',
    good: '',
  },
  nats: {
    name: 'Nats',
    short: 'Unit of information: one nat is about 1.44 bits.',
    good: '',
  },
  epoch: {
    name: 'Epoch',
    short: 'The stretch of training between two measurements, usually one pass over the training split.',
    good: '',
  },
  step: {
    name: 'Step',
    short: 'One update of the model from one batch of sentences.',
    good: '',
  },
  seed: {
    name: 'Seed',
    short: 'Start of the random numbers. The same settings with another seed end a little differently.',
    good: 'Three or more seeds show how much a result varies; one proves little.',
  },
  sd: {
    name: 'Mean (sd)',
    short: 'Average over seeds, and in brackets the standard deviation: how far single seeds lie from it.',
    good: '',
  },
  vocabulary: {
    name: 'Vocabulary',
    short: 'The words a model knows. All others become ⟨unk⟩.',
    good: 'Covering 95 % of running words or more is comfortable.',
  },
  temperature: {
    name: 'Temperature',
    short: 'How boldly words are drawn: 1 follows the model’s own chances, lower values prefer likely words.',
    good: '',
  },
  greedy: {
    name: 'Greedy decoding',
    short: 'Always writes the likeliest next word.',
    good: '',
  },
  beam: {
    name: 'Beam search',
    short: 'Follows several beginnings of a sentence at once and keeps the likeliest whole.',
    good: '',
  },
  interpolation: {
    name: 'Interpolation',
    short: 'Sentences written from codes on the straight way between the codes of two sentences.',
    good: 'With a working code they change step by step; with a collapsed one they are all alike.',
  },
} as const;
