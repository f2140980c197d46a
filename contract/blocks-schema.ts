/**
 * The schema of the blocks of `blocks.ts`, for combinations that people make and files that they bring: every kind
 * with its parameters and their bounds. A type-level test keeps both equal.
 */
import * as z from 'zod';
import { vectorsId } from './vectors-id.ts';

const dim = z.number().int().min(1).max(4096);
const weight = z.number().min(0).max(100_000);
const rate = z.number().min(0.000001).max(1);
const nats = z.number().min(0).max(1000);
const epochs = z.number().int().min(1).max(1000);
const units = z.number().int().min(1).max(4096);
const share = z.number().min(0).max(1);
/** Bound of weights before training. */
const spread = z.number().min(0.0001).max(1).optional();
/** Index into the label columns that the method reads. */
const column = z.number().int().min(0).max(49);
const kind = <K extends string>(name: K) => z.literal(name);

const posterior = z.discriminatedUnion('kind', [
  z.strictObject({ kind: kind('none') }),
  z.strictObject({ kind: kind('gaussian'), dim, spread }),
  z.strictObject({ kind: kind('point'), dim, spread }),
  z.strictObject({ kind: kind('unit'), dim, noise: z.number().min(0).max(10), decay: share }),
  z.strictObject({ kind: kind('layered'), dim, upper: dim, hidden: units, column }),
  z.strictObject({
    kind: kind('bidirectional'),
    dim,
    pooling: z.enum(['mean', 'max']),
    noise: z.number().min(0).max(10),
    firstShare: z.number().min(0).max(0.95),
    learningRate: rate,
  }),
  z.strictObject({
    kind: kind('given'),
    dim,
    noise: z.number().min(0).max(10),
    source: z.string().regex(vectorsId).or(z.literal('')),
  }),
  z.strictObject({ kind: kind('lognormal'), dim }),
  z.strictObject({ kind: kind('rectified'), dim }),
  z.strictObject({ kind: kind('vmf'), dim, concentration: z.number().min(0.1).max(10_000) }),
  z.strictObject({
    kind: kind('vmfLearned'),
    dim,
    start: z.number().min(0.1).max(10_000),
    slope: z.enum(['kl', 'pathwise']),
  }),
  z.strictObject({
    kind: kind('refined'),
    dim,
    steps: z.number().int().min(0).max(100),
    rate: z.number().min(0).max(100),
    momentum: share,
    batch: z.number().int().min(1).max(4096),
    encoder: z.enum(['through', 'own', 'kl', 'none']),
    spread,
  }),
]);

const prior = z.discriminatedUnion('kind', [
  z.strictObject({ kind: kind('none') }),
  z.strictObject({
    kind: kind('generator'),
    noise: units,
    hidden: units,
    layers: z.number().int().min(0).max(10),
    plain: z.boolean().optional(),
  }),
  z.strictObject({ kind: kind('standardNormal') }),
  z.strictObject({ kind: kind('aggregate') }),
  z.strictObject({ kind: kind('layered') }),
  z.strictObject({ kind: kind('sphere') }),
  z.strictObject({ kind: kind('lognormal') }),
]);

const klWeight = z.discriminatedUnion('kind', [
  z.strictObject({ kind: kind('off') }),
  z.strictObject({ kind: kind('constant'), value: weight }),
  z.strictObject({ kind: kind('linear'), start: share, epochs }),
  z.strictObject({
    kind: kind('logistic'),
    slope: z.number().min(0.000001).max(10),
    midpoint: z.number().min(0).max(10_000_000),
  }),
  z.strictObject({ kind: kind('freeBits'), nats, by: z.enum(['dimension', 'total']) }),
  z.strictObject({ kind: kind('capacity'), weight, nats, epochs }),
  z.strictObject({
    kind: kind('lagrange'),
    bound: z.enum(['atMost', 'atLeast']),
    nats,
    rate: z.number().min(0).max(10),
    most: z.number().min(0).max(10_000),
  }),
]);

const regularizer = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: kind('classMmd'),
    column,
    weight,
    features: z.number().int().min(0).max(20_000),
  }),
  z.strictObject({ kind: kind('mmd'), weight, kernel: z.enum(['imq', 'rbf', 'mmdvae']) }),
  z.strictObject({ kind: kind('noiseCost'), weight }),
  z.strictObject({
    kind: kind('decomposition'),
    part: z.enum(['information', 'total', 'between', 'within', 'dimensions', 'aggregate']),
    weight: z.number().min(-100_000).max(100_000),
    groupSize: dim,
    estimator: z.enum(['batch', 'stratified']),
  }),
  z.strictObject({
    kind: kind('covariance'),
    of: z.enum(['means', 'codes']),
    offDiagonal: weight,
    diagonal: weight,
  }),
  z.strictObject({
    kind: kind('hsic'),
    weight,
    between: z.union([
      z.strictObject({ groups: z.number().int().min(2).max(64) }),
      z.strictObject({ column }),
    ]),
    root: z.boolean(),
    after: z.number().int().min(0).max(1000),
  }),
  z.strictObject({
    kind: kind('diversity'),
    weight,
    reduction: z.enum(['pairMean', 'meanThenSoftplus']),
  }),
  z.strictObject({ kind: kind('smoothness'), weight }),
  z.strictObject({ kind: kind('bagOfWords'), weight, hidden: units }),
  z.strictObject({ kind: kind('codeRegression'), weight }),
  z.strictObject({ kind: kind('reencoding'), weight, longest: z.number().int().min(1).max(1000) }),
  z.strictObject({ kind: kind('labelHead'), weight, column }),
]);

const adversary = z.discriminatedUnion('kind', [
  z.strictObject({ kind: kind('none') }),
  z.strictObject({
    kind: kind('jensenShannon'),
    weight,
    joint: z.boolean(),
    learningRate: rate,
    bottleneck: z.strictObject({ information: nats, dualRate: z.number().min(0).max(10) }).optional(),
  }),
  z.strictObject({ kind: kind('densityRatio'), weight, learningRate: rate }),
  z.strictObject({
    kind: kind('critic'),
    hidden: units,
    layers: z.number().int().min(0).max(10),
    lipschitz: z.discriminatedUnion('kind', [
      z.strictObject({ kind: kind('clip'), bound: z.number().min(0.0001).max(1) }),
      z.strictObject({ kind: kind('penalty'), weight }),
    ]),
    criticUpdates: z.number().int().min(1).max(100),
    criticRate: rate,
    generatorRate: rate,
    encoderScale: weight,
    schedule: z.array(epochs).max(100).readonly(),
    label: z.strictObject({ column, weight, learningRate: rate }).optional(),
    plain: z.boolean().optional(),
    squareDecay: z.number().min(0).max(0.99999).optional(),
  }),
  z.strictObject({
    kind: kind('labelAdversary'),
    column,
    weight,
    warmUp: epochs,
    learningRate: rate,
  }),
]);

const condition = z.discriminatedUnion('kind', [
  z.strictObject({ kind: kind('none') }),
  z.strictObject({ kind: kind('label'), column, width: units, encoder: z.boolean() }),
]);

const decoder = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: kind('lstm'),
    keep: share.optional(),
    code: z.enum(['everywhere', 'start']).optional(),
    start: z.literal('zero').optional(),
    spread,
  }),
  z.strictObject({
    kind: kind('cnn'),
    channels: units,
    dilations: z.array(z.number().int().min(1).max(256)).min(1).max(20).readonly(),
  }),
  z.strictObject({
    kind: kind('awdLstm'),
    layers: z.number().int().min(1).max(10),
    dropBetween: share,
    dropConnect: share,
    dropWords: share,
    activation: weight,
    temporal: weight,
  }),
]);

const procedure = z.discriminatedUnion('kind', [
  z.strictObject({ kind: kind('joint') }),
  z.strictObject({ kind: kind('alternating') }),
  z.strictObject({
    kind: kind('factorBatches'),
    groupWidth: dim,
    intrinsicRatio: z.number().int().min(1).max(100),
    invariance: weight,
    clamp: z.enum(['mean', 'first']),
  }),
  z.strictObject({
    kind: kind('aggressive'),
    window: z.number().int().min(1).max(1000),
    maxInner: z.number().int().min(1).max(10_000),
  }),
  z.strictObject({
    kind: kind('averaged'),
    patience: z.number().int().min(0).max(1000),
    weightDecay: z.number().min(0).max(1),
  }),
  z.strictObject({ kind: kind('polyak'), decay: share }),
]);

/** By slot; of a list one item. */
export const blockSchemas = {
  posterior,
  prior,
  klWeight,
  regularizers: regularizer,
  adversary,
  condition,
  decoder,
  procedure,
} as const;
export type Slot = keyof typeof blockSchemas;
export const slots = Object.keys(blockSchemas) as readonly Slot[];

export const blocksSchema = z.strictObject({
  posterior,
  prior,
  klWeight,
  regularizers: z.array(regularizer).max(20).readonly(),
  adversary,
  labels: z.array(column).max(50).readonly(),
  condition,
  reconstructs: weight,
  reconstructsPer: z.literal('word').optional(),
  decoder,
  procedure,
});
