import { tf } from './native.ts';
import { streamKey } from './random.ts';
import type { Runtime, RowGradient, Variable } from './runtime.ts';
import type { Group, Minimised, Parameter, Rank, Scalar, Step, Tensor, Update } from './types.ts';

/** What a step needs of its engine. */
export interface StepContext {
  readonly runtime: Runtime;
  readonly seed: number;
  variable(parameter: Parameter): Variable;
  /** A slot of an optimizer, made of zeros on first use. */
  slot(optimizer: string, slot: string, parameter: Parameter, shape: readonly number[]): Variable;
}

/** Tensors that stand for one parameter while an objective is being differentiated. */
interface Leaves {
  dense?: Tensor;
  readonly rows: { ids: Tensor; values: Tensor }[];
}
interface Tape {
  readonly groups: ReadonlySet<Group>;
  readonly leaves: Map<Parameter, Leaves>;
  /** In the order of differentiation: what `engine().gradients` is given. */
  readonly xs: Tensor[];
}

/** One execution of a body. `counter` is the runtime's form of the step counter. */
export function stepOf(context: StepContext, counter: Tensor): Step {
  const { runtime, seed } = context;
  let tape: Tape | undefined;

  const leavesOf = (parameter: Parameter): Leaves | undefined => {
    if (!tape?.groups.has(parameter.group)) return undefined;
    const found = tape.leaves.get(parameter) ?? { rows: [] };
    tape.leaves.set(parameter, found);
    return found;
  };

  const step: Step = {
    read<R extends Rank>(parameter: Parameter): Tensor<R> {
      const leaves = leavesOf(parameter);
      if (!leaves) return context.variable(parameter).read() as Tensor<R>;
      if (!leaves.dense) {
        leaves.dense = tf.keep(context.variable(parameter).read());
        tape!.xs.push(leaves.dense);
      }
      return leaves.dense as Tensor<R>;
    },

    embed<R extends Rank>(parameter: Parameter, ids: Tensor): Tensor<R> {
      const values = context.variable(parameter).rows(ids);
      const leaves = leavesOf(parameter);
      if (leaves) {
        leaves.rows.push({ ids: tf.keep(tf.clone(ids)), values: tf.keep(values) });
        tape!.xs.push(values);
      }
      return values as Tensor<R>;
    },

    normal: <R extends Rank>(purpose: string, shape: readonly number[]) =>
      runtime.normal(streamKey(seed, purpose), counter, shape) as Tensor<R>,
    uniform: <R extends Rank>(purpose: string, shape: readonly number[]) =>
      runtime.uniform(streamKey(seed, purpose), counter, shape) as Tensor<R>,

    dropout<X extends Tensor>(x: X, rate: number, purpose: string): X {
      if (rate === 0) return x;
      const dropped = runtime.dropout?.(x, rate, streamKey(seed, purpose), counter);
      if (dropped) return dropped as X;
      const kept = tf.greaterEqual(step.uniform(purpose, x.shape), rate);
      return tf.mul(x, tf.mul(tf.cast(kept, 'float32'), 1 / (1 - rate))) as X;
    },

    minimise<A extends Record<string, Tensor>>(
      objective: () => { loss: Scalar; also: A },
      update: Update,
    ): Minimised<A> {
      if (tape) throw new Error('minimise inside minimise');
      const own: Tape = {
        groups: new Set([...update.groups, ...(update.clip?.over ?? [])]),
        leaves: new Map(),
        xs: [tf.scalar(0)], // TF.js refuses an empty list; the leaves join it while the objective runs
      };
      tape = own;
      const also: Record<string, Tensor> = {};
      try {
        const { value: loss, grads } = tf.engine().gradients(
          () => {
            const outcome = objective();
            for (const [name, tensor] of Object.entries(outcome.also)) also[name] = tf.keep(tf.clone(tensor));
            return outcome.loss;
          },
          own.xs,
          undefined,
          true,
        );
        const gradients = collect(own, grads, runtime);
        const gradientNorm = apply(context, gradients, update);
        for (const [name, tensor] of Object.entries(also)) {
          also[name] = tf.clone(tensor);
          tensor.dispose();
        }
        return { loss: loss as Scalar, gradientNorm, also: also as A };
      } catch (error) {
        for (const { dense, rows } of own.leaves.values()) {
          dense?.dispose();
          for (const row of rows) tf.dispose([row.ids, row.values]);
        }
        tf.dispose(also);
        throw error;
      } finally {
        tape = undefined;
      }
    },

    gradients: (y, xs) => tf.engine().gradients(y, [...xs]).grads,
  };
  return step;
}

type Gradient = { readonly dense: Tensor } | { readonly rows: RowGradient };

/** Gradient per parameter; frees the leaves, so that no reader of a variable is left when it is updated. */
function collect(
  { leaves, xs }: Tape,
  grads: readonly (Tensor | undefined)[],
  runtime: Runtime,
): Map<Parameter, Gradient> {
  const of = new Map(xs.map((x, i) => [x, grads[i]]));
  const out = new Map<Parameter, Gradient>();
  for (const [parameter, { dense, rows }] of leaves) {
    let whole = dense && of.get(dense);
    const reached = rows.filter((row) => of.get(row.values));
    if (reached.length > 0) {
      const width = parameter.shape[1]!;
      const ids = tf.concat(reached.map((row) => tf.reshape(row.ids, [row.ids.size])));
      const values = tf.concat(reached.map((row) => tf.reshape(of.get(row.values)!, [row.ids.size, width])));
      if (whole || !runtime.mergeRows) {
        const scattered = runtime.scatterRows(ids, values, parameter.shape);
        whole = whole ? tf.add(whole, scattered) : scattered;
      } else {
        out.set(parameter, { rows: runtime.mergeRows(ids, values) });
      }
    }
    if (whole) out.set(parameter, { dense: whole });
    dense?.dispose();
    for (const row of rows) {
      row.ids.dispose();
      row.values.dispose();
    }
  }
  if (out.size === 0) throw new Error('the objective depends on no parameter of the groups to be updated');
  return out;
}

/** Clips and updates; returns the global norm before clipping. */
function apply(context: StepContext, gradients: Map<Parameter, Gradient>, update: Update): Scalar {
  const { runtime } = context;
  const measured: readonly Group[] = update.clip?.over ?? update.groups;
  const parts: Tensor[] = [];
  for (const [parameter, gradient] of gradients) {
    if (!measured.includes(parameter.group)) continue;
    parts.push('dense' in gradient ? gradient.dense : gradient.rows.values);
  }
  const norm = parts.length === 0 ? (tf.scalar(0) as Scalar) : runtime.norm(parts);
  // The small term, PyTorch's, keeps a zero gradient zero.
  const scale = update.clip ? tf.minimum(1, tf.div(update.clip.norm, tf.add(norm, 1e-6))) : undefined;
  const rate = typeof update.learningRate === 'number' ? tf.scalar(update.learningRate) : update.learningRate;
  const rates: Rates = { rate, scale, scaledRate: scale ? tf.mul(rate, scale) : rate };
  for (const [parameter, gradient] of gradients) {
    if (update.groups.includes(parameter.group)) {
      applyRule(context, parameter, gradient, update, rates);
      if (update.bound !== undefined) confine(context.variable(parameter), update.bound);
      if (update.averageShare) average(context, parameter, update.optimizer, update.averageShare);
    }
  }
  return norm;
}

/**
 * Cuts every element to [-bound, bound]. A graph can only add to a variable: the first addition may miss the bound by
 * the rounding of the difference, the second takes a difference of near numbers, which is exact.
 */
function confine(variable: Variable, bound: number): void {
  for (let time = 0; time < 2; time++) {
    const value = variable.read();
    variable.add(tf.sub(tf.maximum(-bound, tf.minimum(bound, value)), value));
  }
}

/** average += share (parameter - average) */
function average(context: StepContext, parameter: Parameter, optimizer: string, share: Scalar): void {
  const slot = context.slot(optimizer, 'average', parameter, parameter.shape);
  const value = context.variable(parameter).read();
  slot.add(tf.mul(share, tf.sub(value, slot.read())));
}

interface Rates {
  readonly rate: Tensor;
  /** What clipping multiplies gradients by. */
  readonly scale: Tensor | undefined;
  readonly scaledRate: Tensor;
}

function applyRule(
  context: StepContext,
  parameter: Parameter,
  gradient: Gradient,
  { rule, optimizer }: Update,
  { rate, scale, scaledRate }: Rates,
): void {
  const { runtime } = context;
  const variable = context.variable(parameter);
  const slot = (name: string, shape = parameter.shape): Variable =>
    context.slot(optimizer, name, parameter, shape);
  const plain = rule.kind === 'sgd' && !rule.momentum && !rule.weightDecay;
  if (plain) {
    if ('dense' in gradient) runtime.descend(variable, scaledRate, gradient.dense);
    else runtime.subtractRows!(variable, gradient.rows, scaledRate);
    return;
  }
  // Every other rule moves rows without a gradient too (velocity, decay), so it wants the whole gradient.
  const whole =
    'dense' in gradient
      ? gradient.dense
      : runtime.scatterRows(gradient.rows.ids, gradient.rows.values, parameter.shape);
  const clipped = scale ? tf.mul(whole, scale) : whole;
  switch (rule.kind) {
    case 'sgd': {
      const decayed = rule.weightDecay ? tf.add(clipped, tf.mul(rule.weightDecay, variable.read())) : clipped;
      if (rule.momentum) runtime.momentum(variable, slot('velocity'), rate, decayed, rule.momentum);
      else runtime.descend(variable, rate, decayed);
      return;
    }
    case 'adam': {
      const count = slot('step', []);
      count.add(tf.scalar(1));
      const slots = { mean: slot('mean'), square: slot('square') };
      runtime.adam(variable, slots, count.read(), rate, clipped, rule);
      return;
    }
    case 'rmsprop': {
      const slots = { square: slot('square'), velocity: slot('velocity') };
      runtime.rmsprop(variable, slots, rate, clipped, rule);
      return;
    }
  }
}
