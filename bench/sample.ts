import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Decoding } from '../contract/entities.ts';
import { decoderOf } from '../workers/measure/decode.ts';
import { codesNoise, LONGEST } from '../workers/measure/codes.ts';
import { measuredModel, sizes } from './models/measured.ts';
import { median, peakBytes, takeTurns } from './peers/turns.ts';

/**
 * Speed of writing sentences with a model of the sizes of W2 against PyTorch, 256 side by side. With fresh parameters
 * next to none ends before the longest that is written, so both sides take the same number of steps; speeds are given
 * for sentences of 30 words.
 */
const SENTENCES = 256;
const WORDS = 30;
const PLAN = { warm: 1, passes: 3, repeats: 3 };
const decodings: Record<'greedy' | 'multinomial', Decoding> = {
  greedy: { kind: 'greedy' },
  multinomial: { kind: 'temperature', temperature: 1 },
};
type Kind = keyof typeof decodings;
const kinds = Object.keys(decodings) as Kind[];

/** Words written a second, median over the passes. */
type Measurement = Record<Kind, number> & { readonly peakBytes: number };

async function measureOurs(): Promise<Measurement> {
  const { engine, model } = await measuredModel();
  const decode = decoderOf(model, engine);
  const source = { count: SENTENCES, codes: codesNoise(1, 0, SENTENCES, sizes.latent) };
  const breathe = async (): Promise<void> => {};
  const speed = async (kind: Kind): Promise<number> => {
    const speeds: number[] = [];
    for (let pass = 0; pass < PLAN.warm + PLAN.passes; pass++) {
      const start = performance.now();
      const written = await decode(source, { decoding: decodings[kind], seed: pass, breathe });
      const seconds = (performance.now() - start) / 1000;
      const words = written.reduce((sum, { length }) => sum + length, 0);
      if (pass >= PLAN.warm) speeds.push(words / seconds);
    }
    return median(speeds);
  };
  return {
    greedy: await speed('greedy'),
    multinomial: await speed('multinomial'),
    peakBytes: peakBytes(),
  };
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'no-peer': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      child: { type: 'boolean', default: false },
    },
  });
  if (values.child) {
    console.log(JSON.stringify(await measureOurs()));
    return;
  }
  const load = loadavg()[0]!;
  const { ours, peer } = takeTurns<Measurement>(
    PLAN.repeats,
    [import.meta.filename, '--child'],
    values['no-peer']
      ? null
      : [
          ...(['torch_measures.py', 'sample', '--sentences', String(SENTENCES)] as const),
          ...['--steps', String(LONGEST), '--passes', String(PLAN.passes)],
        ],
  );
  const summary = (runs: readonly Measurement[]) => ({
    ...(Object.fromEntries(
      kinds.map((kind) => [kind, median(runs.map((run) => run[kind])) / WORDS]),
    ) as Record<Kind, number>),
    peakBytes: Math.max(...runs.map((run) => run.peakBytes)),
    processes: runs,
  });
  const mine = summary(ours);
  const theirs = peer.length > 0 ? summary(peer) : undefined;
  const ratios =
    theirs && Object.fromEntries(kinds.map((kind) => [kind, mine[kind] / theirs[kind]] as const));
  if (values.json) {
    console.log(JSON.stringify({ load, words: WORDS, ...mine, peer: theirs, ratios }, null, 2));
    return;
  }
  const line = (who: string, side: typeof mine): void =>
    console.log(
      `${who.padEnd(8)} ${kinds.map((kind) => `${kind} ${side[kind].toFixed(0).padStart(5)} sentences/s`).join('   ')}` +
        `   peak ${(side.peakBytes / 2 ** 20).toFixed(0)} MB`,
    );
  line('ours', mine);
  if (theirs) line('PyTorch', theirs);
  if (ratios)
    console.log(`ratio    ${kinds.map((kind) => `${kind} ${ratios[kind]!.toFixed(2)}`).join('   ')}`);
  console.log(`load average at the start ${load.toFixed(2)}`);
}

if (import.meta.main) await run(process.argv.slice(2));
