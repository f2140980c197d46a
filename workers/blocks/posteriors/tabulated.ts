import { tf, type Tensor, type Tensor2D } from '../../tensor/index.ts';

/** A function of x > 0 in double precision, and its slope by log x. */
export interface Tabulated {
  value(x: number): number;
  /** x f'(x). */
  slope(x: number): number;
}

const FROM = Math.log(1e-3);
const TO = Math.log(1e4);
const INTERVALS = 1032;
const STEP = (TO - FROM) / INTERVALS;

/**
 * A differentiable function of positive numbers for bodies of programs, by cubic interpolation in u = log x between
 * 1e-3 and 1e4 of a table made in double precision; beyond 1e4 it goes on in a line in u. The slope has cubics of its
 * own. Interpolation adds a relative error of about 1e-8, so what remains is the rounding of u in float32: a relative
 * error of about 1e-6.
 * @returns x [rows, 1], at least 1e-3, to f(x) [rows, 1]
 */
export function tabulated({ value, slope }: Tabulated): (x: Tensor2D) => Tensor2D {
  const rows = coefficients(value, slope);
  const steepness = slope(Math.exp(TO));

  const at = (x: Tensor2D) => {
    const u = tf.log(x);
    const place = tf.mul(tf.sub(tf.minimum(tf.maximum(u, FROM), TO), FROM), 1 / STEP);
    const interval = tf.minimum(tf.floor(place), INTERVALS - 1);
    const t = tf.sub(place, interval) as Tensor2D;
    // Not tf.gather, which reads the indices back on the native backend, so that no graph can be made.
    const of = tf.gatherND(tf.tensor2d(rows, [INTERVALS, 8]), tf.cast(interval, 'int32'));
    const cubic = (first: number): Tensor2D => {
      const [a, b, c, d] = [0, 1, 2, 3].map((k) => tf.slice(of, [0, first + k], [x.shape[0], 1])) as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
      ];
      return tf.add(a, tf.mul(t, tf.add(b, tf.mul(t, tf.add(c, tf.mul(t, d)))))) as Tensor2D;
    };
    const beyond = tf.relu(tf.sub(u, TO));
    return {
      value: () => tf.add(cubic(0), tf.mul(beyond, steepness)) as Tensor2D,
      slope: () => tf.div(cubic(4), x) as Tensor2D,
    };
  };

  const body = tf.customGrad(((x: Tensor2D, save: (tensors: Tensor[]) => void) => {
    save([x]);
    const gradFunc = (dy: Tensor, [x]: [Tensor2D]) => tf.mul(dy, at(x).slope());
    return { value: at(x).value(), gradFunc };
  }) as unknown as Parameters<typeof tf.customGrad>[0]);
  return (x) => body(x) as Tensor2D;
}

/** Four coefficients of value and four of slope for every interval, in powers of its share t in [0, 1]. */
function coefficients(value: Tabulated['value'], slope: Tabulated['slope']): Float32Array {
  const node = (k: number): number => Math.exp(FROM + k * STEP);
  const values = Float64Array.from({ length: INTERVALS + 1 }, (_, k) => value(node(k)));
  // Two more on either side, for the slope of the slope by central differences of fourth order.
  const slopes = Float64Array.from({ length: INTERVALS + 5 }, (_, k) => slope(node(k - 2)) * STEP);
  const s = (k: number): number => slopes[k + 2]!;
  const bend = (k: number): number => (8 * (s(k + 1) - s(k - 1)) - (s(k + 2) - s(k - 2))) / 12;
  const out = new Float32Array(INTERVALS * 8);
  for (let k = 0; k < INTERVALS; k++) {
    out.set(hermite(values[k]!, values[k + 1]!, s(k), s(k + 1)), k * 8);
    const steepness = hermite(s(k), s(k + 1), bend(k), bend(k + 1));
    out.set(
      steepness.map((c) => c / STEP),
      k * 8 + 4,
    );
  }
  return out;
}

/** The cubic with these values and slopes at 0 and 1. */
function hermite(f0: number, f1: number, d0: number, d1: number): number[] {
  const rise = f1 - f0;
  return [f0, d0, 3 * rise - 2 * d0 - d1, d0 + d1 - 2 * rise];
}
