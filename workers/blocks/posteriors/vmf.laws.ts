import { afterEach, describe, expect, test } from 'vitest';
import { tf, type BackendId, type Engine, type Scalar, type Tensor2D } from '../../tensor/index.ts';
import type { PosteriorBlock } from '../block.ts';
import { updateOf } from '../procedures/update.ts';
import { roughen, tinyConfig, tinyContext, tinyEngine } from '../testing.ts';
import { tabulated } from './tabulated.ts';
import { cosineVariance, logNormaliser, meanCosine, vmfEntropy, vmfKl } from './vmf-functions.ts';
import { cosines, envelope, onSphere, turned } from './vmf-sampler.ts';

const column = (values: readonly number[]): Tensor2D => tf.tensor2d([...values], [values.length, 1]);
const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;

/** What holds for codes on the sphere on every backend. */
export function vmfLaws(backend: BackendId): void {
  describe(`von Mises-Fisher on ${backend}`, () => {
    let engine: Engine;
    afterEach(() => engine.dispose());

    /** Runs a body of the sampler as a program. */
    const drawn = (
      dim: number,
      kappa: number,
      direction: readonly number[],
      rows: number,
      counter: number,
    ): { z: Float32Array; w: Float32Array } => {
      const program = engine.program({
        name: `draw ${dim} ${kappa} ${rows}`,
        feeds: { direction: { dtype: 'float32' } },
        body: ({ direction }, step) => {
          const mu = tf.tile(direction as Tensor2D, [rows, 1]) as Tensor2D;
          const w = cosines(step, tf.fill([1, 1], kappa), { rows, dim });
          return { z: turned(step, mu, w), w: w.cosine };
        },
      });
      const fed = { direction: { data: Float32Array.from(direction), shape: [1, dim] } };
      return program.run(fed, { counter }) as { z: Float32Array; w: Float32Array };
    };

    test('constants of the envelope at d 50, kappa 80', async () => {
      engine = await tinyEngine(backend);
      const { b, off, offSquare } = envelope(tf.scalar(80), 50);
      const x0 = 1 - off.dataSync()[0]!;
      expect(b.dataSync()[0]).toBeCloseTo(0.149693741871, 6);
      expect(x0).toBeCloseTo(0.739593708448, 6);
      expect(80 * x0 + 49 * Math.log(offSquare.dataSync()[0]!)).toBeCloseTo(20.3663261604, 4);
    });

    // Drawing normal numbers in JavaScript is slow: fewer of them where the native runtime is missing.
    const calls = backend === 'wasm' ? 1 : 10;
    const cases: [d: number, kappa: number][] = [
      [3, 10],
      [2, 700],
      [2, 0.5],
    ];
    if (backend !== 'wasm') cases.push([50, 80], [32, 25], [10, 10_000]);
    test.each(cases)('draws at d %d, kappa %d have the mean and the variance of w', async (dim, kappa) => {
      engine = await tinyEngine(backend);
      const rows = 20_000;
      const first = [1, ...Array<number>(dim - 1).fill(0)];
      const w: number[] = [];
      for (let counter = 0; counter < calls; counter++) w.push(...drawn(dim, kappa, first, rows, counter).w);
      const variance = cosineVariance(dim, kappa);
      const centre = mean(w);
      const error = Math.sqrt(variance / w.length);
      expect(Math.abs(centre - meanCosine(dim, kappa))).toBeLessThan(3 * error + 1e-7);
      const spread = mean(w.map((v) => (v - centre) ** 2));
      // The fourth moment of w is at most 15 times its variance squared here; five standard errors.
      expect(Math.abs(spread / variance - 1)).toBeLessThan(5 * Math.sqrt(14 / w.length));
    });

    test('codes have length 1, lie at the drawn angle, and turn evenly around their direction', async () => {
      engine = await tinyEngine(backend);
      const direction = [0.6, 0, 0.8];
      const rows = 20_000;
      const kappa = 4;
      const { z, w } = drawn(3, kappa, direction, rows, 3);
      const across = [0, 0, 0];
      let twice = 0;
      for (let i = 0; i < rows; i++) {
        const row = [z[3 * i]!, z[3 * i + 1]!, z[3 * i + 2]!];
        expect(Math.abs(Math.hypot(...row) - 1)).toBeLessThan(1e-5);
        const cosine = row.reduce((sum, v, j) => sum + v * direction[j]!, 0);
        expect(Math.abs(cosine - w[i]!)).toBeLessThan(1e-5);
        row.forEach((v, j) => (across[j]! += (v - cosine * direction[j]!) / rows));
        twice += (row[1]! ** 2 - (row[0]! * 0.8 - row[2]! * 0.6) ** 2) / rows;
      }
      for (const v of across) expect(Math.abs(v)).toBeLessThan(0.02);
      // The two orthogonal directions (0, 1, 0) and (0.8, 0, -0.6) carry the same share.
      expect(Math.abs(twice)).toBeLessThan(0.02);
    });

    test('the distribution is that of the Householder reflection which takes e1 to the direction', async () => {
      engine = await tinyEngine(backend);
      const mu = [0.6, 0, 0.8];
      const reflect = (x: readonly number[]): number[] => {
        const u = [1 - mu[0]!, -mu[1]!, -mu[2]!];
        const along = x.reduce((sum, v, j) => sum + v * u[j]!, 0) / u.reduce((sum, v) => sum + v * v, 0);
        return x.map((v, j) => v - 2 * along * u[j]!);
      };
      reflect([1, 0, 0]).forEach((v, j) => expect(v).toBeCloseTo(mu[j]!, 14));
      // Second moments of both: E[w²] mu mu' + (1 - E[w²])/2 (I - mu mu').
      const rows = 20_000;
      const turnedCodes = drawn(3, 5, mu, rows, 1).z;
      const { z: around } = drawn(3, 5, [1, 0, 0], rows, 2);
      const moments = (codes: (i: number) => readonly number[]): number[] => {
        const out = Array<number>(12).fill(0);
        for (let i = 0; i < rows; i++) {
          const row = codes(i);
          row.forEach((v, j) => {
            out[9 + j]! += v / rows;
            row.forEach((o, k) => (out[3 * j + k]! += (v * o) / rows));
          });
        }
        return out;
      };
      const at = (codes: Float32Array, i: number) => [...codes.subarray(3 * i, 3 * i + 3)];
      const own = moments((i) => at(turnedCodes, i));
      const reflected = moments((i) => reflect(at(around, i)));
      own.forEach((v, i) => expect(Math.abs(v - reflected[i]!)).toBeLessThan(0.015));
    });

    test.each([2, 3, 32, 128])(
      'tables at d %d: values to 5e-6, slopes to 5e-6, also in a graph',
      async (dim) => {
        engine = await tinyEngine(backend);
        const kl = tabulated({
          value: (kappa) => vmfKl(dim, kappa),
          slope: (kappa) => kappa * kappa * cosineVariance(dim, kappa),
        });
        const random = Array.from({ length: 400 }, (_, i) => Math.exp(-6.9 + (i * 16.1) / 400));
        const kappas = [1e-3, ...random, 9999];
        const program = engine.program({
          name: 'table',
          feeds: { kappa: { dtype: 'float32' } },
          body: ({ kappa }, step) => {
            const x = kappa as Tensor2D;
            const [slope] = step.gradients(() => tf.sum(kl(x)) as Scalar, [x]);
            return { value: kl(x), slope: slope! };
          },
        });
        const given = Float32Array.from(kappas);
        const { value, slope } = program.run(
          { kappa: { data: given, shape: [given.length, 1] } },
          { counter: 0 },
        );
        given.forEach((kappa, i) => {
          expect(Math.abs(value[i]! / vmfKl(dim, kappa) - 1)).toBeLessThan(5e-6);
          expect(Math.abs(slope[i]! / (kappa * cosineVariance(dim, kappa)) - 1)).toBeLessThan(5e-6);
        });
      },
    );

    test('beyond its end a table goes on as it ended: the KL grows with (d - 1)/2 log kappa', async () => {
      engine = await tinyEngine(backend);
      const kl = tabulated({
        value: (kappa) => vmfKl(10, kappa),
        slope: (kappa) => kappa * kappa * cosineVariance(10, kappa),
      });
      const [at, further] = kl(column([1e4, 4e4])).dataSync();
      expect(at).toBeCloseTo(vmfKl(10, 1e4), 3);
      expect(further).toBeCloseTo(vmfKl(10, 4e4), 2);
    });

    const posteriorOf = (methodId: string, options = {}): PosteriorBlock => {
      const { model } = tinyContext(engine, tinyConfig(methodId, options));
      return model.posterior!;
    };

    test('a fixed concentration gives every sentence and every step the same KL, bit for bit', async () => {
      engine = await tinyEngine(backend);
      const context = tinyContext(engine, tinyConfig('vmf-vae', { concentration: 25, latent: 5 }));
      roughen(engine, 0.1);
      const update = updateOf(context, context.model.main);
      const kls = [0, 1, 2, 0, 1, 2].map(
        (visit, counter) =>
          update(visit, { visit, klWeight: 1, gauges: {}, epoch: 0, learningRate: 0.1, counter }).terms.kl!,
      );
      expect(new Set(kls).size).toBe(1);
      expect(kls[0]).toBeCloseTo(vmfKl(5, 25), 5);
      const { posterior } = context.model;
      const program = engine.program({
        name: 'kl by sentence',
        feeds: { direction: { dtype: 'float32' } },
        body: ({ direction }, step) => ({
          kl: posterior!.measured!.kl({ direction: onSphere(direction as Tensor2D) }, step),
        }),
      });
      const data = Float32Array.from({ length: 35 }, (_, i) => Math.sin(i + 1));
      const { kl } = program.run({ direction: { data, shape: [7, 5] } }, { counter: 0 });
      expect(kl).toHaveLength(7);
      expect(new Set([...kl, kls[0]]).size).toBe(1);
    });

    test('densities on the device and on the host are those of the distribution', async () => {
      engine = await tinyEngine(backend);
      const direction = onSphere(tf.randomNormal([4, 5], 0, 1, 'float32', 1) as Tensor2D);
      const z = onSphere(tf.randomNormal([4, 5], 0, 1, 'float32', 2) as Tensor2D);
      const host = [...direction.dataSync()];
      const codes = Float32Array.from(z.dataSync());
      const exact = (a: number, b: number, kappa: number): number =>
        logNormaliser(5, kappa) +
        kappa * [0, 1, 2, 3, 4].reduce((sum, j) => sum + host[5 * b + j]! * codes[5 * a + j]!, 0);
      const kappas = [0.5, 3, 40, 900];
      const learned = posteriorOf('vmf-vae-learned', { latent: 5 }).measured!;
      const belief = { direction, concentration: column(kappas) };
      learned
        .logDensity(belief, z)
        .dataSync()
        .forEach((v, i) =>
          expect(Math.abs(v - exact(i, i, kappas[i]!))).toBeLessThan(2e-6 * kappas[i]! + 2e-5),
        );
      const density = learned.density({
        direction: Float32Array.from(host),
        concentration: Float32Array.from(kappas),
      });
      expect(density.log(codes, 2, 1)).toBeCloseTo(exact(2, 1, 3), 6);
      expect(density.entropy(3)).toBeCloseTo(vmfEntropy(5, 900), 12);
      engine.dispose();
      engine = await tinyEngine(backend);
      const fixed = posteriorOf('vmf-vae', { latent: 5, concentration: 3 }).measured!;
      const again = {
        direction: tf.tensor2d(host, [4, 5]),
      };
      fixed
        .logDensity(again, tf.tensor2d(codes, [4, 5]))
        .dataSync()
        .forEach((v, i) => expect(v).toBeCloseTo(exact(i, i, 3), 5));
      expect(fixed.density({ direction: Float32Array.from(host) }).log(codes, 0, 3)).toBeCloseTo(
        exact(0, 3, 3),
        6,
      );
    });

    test('a learned concentration starts where it is told to, and its KL alone always lowers it', async () => {
      engine = await tinyEngine(backend);
      const context = tinyContext(engine, tinyConfig('vmf-vae-learned', { concentration: 25, latent: 5 }));
      const update = updateOf(context, context.model.main);
      const kls = [0, 1, 2, 3, 4, 5].map(
        (counter) =>
          update(0, { visit: 0, klWeight: 1, gauges: {}, epoch: 0, learningRate: 1, counter }).terms.kl!,
      );
      expect(kls[0]).toBeCloseTo(vmfKl(5, 25), 2);
      kls.slice(1).forEach((kl, i) => expect(kl).toBeLessThan(kls[i]!));
    });

    test('the reconstruction reaches the concentration only by the pathwise slope', async () => {
      for (const slope of ['kl', 'pathwise']) {
        engine = await tinyEngine(backend);
        const context = tinyContext(
          engine,
          tinyConfig('vmf-vae-learned', { concentration: 5, latent: 5, slope }),
        );
        roughen(engine);
        const before = engine.snapshot().get('encoder.concentration.bias')!.data[0];
        updateOf(context, context.model.main)(0, {
          visit: 0,
          klWeight: 0,
          gauges: {},
          epoch: 0,
          learningRate: 1,
          counter: 1,
        });
        const after = engine.snapshot().get('encoder.concentration.bias')!.data[0];
        expect(after === before).toBe(slope === 'kl');
        if (slope === 'kl') engine.dispose();
      }
    });

    test('the pathwise slope of w is the formula of methods.md 3.21', async () => {
      engine = await tinyEngine(backend);
      const [dim, kappa, rows] = [5, 6, 8];
      const m = dim - 1;
      const program = engine.program({
        name: 'slope of w',
        feeds: { kappa: { dtype: 'float32' } },
        body: ({ kappa }, step) => {
          const given = kappa as Tensor2D;
          const { cosine } = cosines(step, given, { rows, dim });
          const slopes = step.gradients(
            () => tf.sum(cosines(step, given, { rows, dim }).cosine) as Scalar,
            [given],
          );
          return { cosine, slope: slopes[0]! };
        },
      });
      const fed = { kappa: { data: new Float32Array(rows).fill(kappa), shape: [rows, 1] } };
      const { cosine, slope } = program.run(fed, { counter: 4 });
      const root = Math.sqrt(4 * kappa * kappa + m * m);
      const b = m / (root + 2 * kappa);
      cosine.forEach((w, i) => {
        // w = (1 - (1 + b) e) / (1 - (1 - b) e), solved for e.
        const e = (1 - w) / (1 + b - w * (1 - b));
        const expected = ((-2 * e * (1 - e)) / (1 - (1 - b) * e) ** 2) * (1 / m) * (-2 + (4 * kappa) / root);
        expect(Math.abs(slope[i]! / expected - 1)).toBeLessThan(1e-3);
      });
    });
  });
}
