import { AppError } from '../../contract/errors.ts';
import {
  tf,
  type Engine,
  type Parameter,
  type Step,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '../tensor/index.ts';
import type { BertConfig } from './folder.ts';
import type { TensorEntry } from './tensor-file.ts';

/** Shapes of the tensors that the forward pass reads, by their names in the file; matrices are [out, in]. */
export function tensorShapes(config: BertConfig): Map<string, readonly number[]> {
  const { hidden_size: width, intermediate_size: inner } = config;
  const shapes = new Map<string, readonly number[]>([
    ['embeddings.word_embeddings.weight', [config.vocab_size, width]],
    ['embeddings.position_embeddings.weight', [config.max_position_embeddings, width]],
    ['embeddings.token_type_embeddings.weight', [config.type_vocab_size, width]],
  ]);
  const pair = (name: string, weight: readonly number[], bias: number): void => {
    shapes.set(`${name}.weight`, weight);
    shapes.set(`${name}.bias`, [bias]);
  };
  pair('embeddings.LayerNorm', [width], width);
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const layer = `encoder.layer.${i}`;
    for (const part of ['query', 'key', 'value'])
      pair(`${layer}.attention.self.${part}`, [width, width], width);
    pair(`${layer}.attention.output.dense`, [width, width], width);
    pair(`${layer}.attention.output.LayerNorm`, [width], width);
    pair(`${layer}.intermediate.dense`, [inner, width], inner);
    pair(`${layer}.output.dense`, [width, inner], width);
    pair(`${layer}.output.LayerNorm`, [width], width);
  }
  return shapes;
}

/**
 * The tensors of the forward pass, found with or without the prefix `bert.` that models with a head write.
 * @throws AppError('encoders.tensor') when one is missing or of another shape
 */
export function tensorsOf(
  config: BertConfig,
  entries: ReadonlyMap<string, TensorEntry>,
): Map<string, TensorEntry> {
  const found = new Map<string, TensorEntry>();
  for (const [name, shape] of tensorShapes(config)) {
    const entry = entries.get(name) ?? entries.get(`bert.${name}`);
    const wanted = `[${shape.join(', ')}]`;
    if (!entry) throw new AppError('encoders.tensor', { tensor: name, found: 'missing', wanted });
    if (entry.shape.join() !== shape.join())
      throw new AppError('encoders.tensor', { tensor: name, found: `[${entry.shape.join(', ')}]`, wanted });
    found.set(name, entry);
  }
  return found;
}

/** Added to the scores of padding: their weight is then exactly 0. */
const HIDDEN = -1e9;
const SQRT_HALF = Math.SQRT1_2;
const words = 'embeddings.word_embeddings.weight';

/** GELU in its exact form: x Phi(x) (Hendrycks & Gimpel 2016). */
const gelu = <T extends Tensor>(x: T): T => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, SQRT_HALF)), 1));

/** A BERT encoder (Devlin et al. 2019) in an engine, dropout off. Its parameters are made here and filled by `restore`. */
export function bert(config: BertConfig, engine: Pick<Engine, 'parameter'>) {
  const { hidden_size: width, num_attention_heads: heads } = config;
  const parameters = new Map<string, Parameter>();
  for (const [name, shape] of tensorShapes(config))
    parameters.set(
      name,
      engine.parameter({
        ...{ name, group: 'encoder', shape, init: { kind: 'constant', value: 0 } },
        sparse: name === words,
      }),
    );
  const at = <T extends Tensor>(step: Step, name: string): T =>
    step.read(parameters.get(name)!) as Tensor as T;

  const linear = (step: Step, x: Tensor2D, name: string): Tensor2D =>
    tf.add(
      tf.matMul(x, at<Tensor2D>(step, `${name}.weight`), false, true),
      at<Tensor1D>(step, `${name}.bias`),
    );

  function normed(step: Step, x: Tensor2D, name: string): Tensor2D {
    const centred = tf.sub(x, tf.mean(x, 1, true));
    const variance = tf.mean(tf.square(centred), 1, true);
    const scaled = tf.mul(centred, tf.rsqrt(tf.add(variance, config.layer_norm_eps)));
    return tf.add(tf.mul(scaled, at(step, `${name}.weight`)), at(step, `${name}.bias`));
  }

  /** Rows [batch * time, width] to [batch, heads, time, width / heads]. */
  const split = (x: Tensor2D, [batch, time]: readonly [number, number]): Tensor =>
    tf.transpose(tf.reshape(x, [batch, time, heads, width / heads]), [0, 2, 1, 3]);

  function attention(
    step: Step,
    x: Tensor2D,
    layer: string,
    penalty: Tensor,
    size: readonly [number, number],
  ) {
    const part = (name: string) => split(linear(step, x, `${layer}.attention.self.${name}`), size);
    const scores = tf.mul(tf.matMul(part('query'), part('key'), false, true), 1 / Math.sqrt(width / heads));
    const mixed = tf.matMul(tf.softmax(tf.add(scores, penalty)), part('value'));
    const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [size[0] * size[1], width]) as Tensor2D;
    return linear(step, joined, `${layer}.attention.output.dense`);
  }

  /** Last hidden states of ids int32 [batch, time], mask [batch, time] 1 at pieces and 0 at padding: [batch, time, width]. */
  function hidden(step: Step, ids: Tensor2D, mask: Tensor2D): Tensor3D {
    const size: readonly [number, number] = ids.shape;
    const [batch, time] = size;
    const positions = tf.slice(
      at<Tensor2D>(step, 'embeddings.position_embeddings.weight'),
      [0, 0],
      [time, width],
    );
    const type = tf.slice(at<Tensor2D>(step, 'embeddings.token_type_embeddings.weight'), [0, 0], [1, width]);
    const embedded = tf.add(step.embed(parameters.get(words)!, ids), tf.add(positions, type));
    let x = normed(step, tf.reshape(embedded, [batch * time, width]), 'embeddings.LayerNorm');
    const penalty = tf.reshape(tf.mul(tf.sub(1, mask), HIDDEN), [batch, 1, 1, time]);
    for (let i = 0; i < config.num_hidden_layers; i++) {
      const layer = `encoder.layer.${i}`;
      const attended = attention(step, x, layer, penalty, size);
      x = normed(step, tf.add(x, attended), `${layer}.attention.output.LayerNorm`);
      const inner = gelu(linear(step, x, `${layer}.intermediate.dense`));
      x = normed(step, tf.add(x, linear(step, inner, `${layer}.output.dense`)), `${layer}.output.LayerNorm`);
    }
    return tf.reshape(x, [batch, time, width]);
  }

  return {
    width,
    /** Mean of the last hidden states over the pieces of each text: [batch, width]. */
    meanPooled(step: Step, ids: Tensor2D, mask: Tensor2D): Tensor2D {
      const weights = tf.expandDims(mask, 2);
      const sum = tf.sum(tf.mul(hidden(step, ids, mask), weights), 1);
      return tf.div(sum, tf.sum(mask, 1, true)) as Tensor2D;
    },
  };
}
