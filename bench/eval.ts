import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { evaluator } from '../workers/measure/evaluate.ts';
import { importanceScorer } from '../workers/measure/importance.ts';
import { measuredModel, randomSentences, sizes, WORDS } from './models/measured.ts';
import { median, peakBytes, takeTurns } from './peers/turns.ts';

/**
 * Speed of the measures on a model of the sizes of W2 against PyTorch: the ELBO of a split, and the
 * importance-weighted NLL. Ours is what a run does, which also takes MI and active units out of the same pass.
 */
const ELBO = { sentences: 512, warm: 1, passes: 5 };
const IMPORTANCE = { sentences: 32, samples: 500 };
const REPEATS = 3;

interface Measurement {
  /** Of one pass over the sentences: median over the passes. */
  readonly elboSeconds: number;
  readonly importanceSeconds: number;
  readonly peakBytes: number;
  /** Nats a sentence: to see that both sides compute the same. */
  readonly elbo: number;
  readonly importanceNll: number;
}

async function measureOurs(): Promise<Measurement> {
  const { engine, model } = await measuredModel();
  const breathe = async (): Promise<void> => {};
  const evaluate = evaluator(model, engine, sizes.hidden);
  const split = randomSentences(ELBO.sentences);
  const seconds: number[] = [];
  let elbo = NaN;
  for (let pass = 0; pass < ELBO.warm + ELBO.passes; pass++) {
    const start = performance.now();
    elbo = (await evaluate(split, { setSize: sizes.batch, breathe })).nll!;
    if (pass >= ELBO.warm) seconds.push((performance.now() - start) / 1000);
  }
  const score = importanceScorer(model, engine, sizes.hidden);
  const few = randomSentences(IMPORTANCE.sentences);
  await score(few, { samples: 100, breathe });
  const start = performance.now();
  const { nll } = await score(few, { samples: IMPORTANCE.samples, breathe });
  return {
    elboSeconds: median(seconds),
    importanceSeconds: (performance.now() - start) / 1000,
    peakBytes: peakBytes(),
    elbo,
    importanceNll: nll,
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
  const counts = [
    ...['--words', String(WORDS), '--sentences', String(ELBO.sentences), '--passes', String(ELBO.passes)],
    ...['--few', String(IMPORTANCE.sentences), '--samples', String(IMPORTANCE.samples)],
  ];
  const { ours, peer } = takeTurns<Measurement>(
    REPEATS,
    [import.meta.filename, '--child'],
    values['no-peer'] ? null : ['torch_measures.py', 'eval', ...counts],
  );
  const summary = (runs: readonly Measurement[]) => {
    const elboSeconds = median(runs.map((run) => run.elboSeconds));
    return {
      elboTokensPerSecond: (ELBO.sentences * (WORDS + 1)) / elboSeconds,
      importanceSeconds: median(runs.map((run) => run.importanceSeconds)),
      peakBytes: Math.max(...runs.map((run) => run.peakBytes)),
      elbo: runs.at(-1)!.elbo,
      importanceNll: runs.at(-1)!.importanceNll,
      processes: runs,
    };
  };
  const mine = summary(ours);
  const theirs = peer.length > 0 ? summary(peer) : undefined;
  const ratios = theirs && {
    elbo: mine.elboTokensPerSecond / theirs.elboTokensPerSecond,
    importance: theirs.importanceSeconds / mine.importanceSeconds,
  };
  if (values.json) {
    console.log(JSON.stringify({ load, ...mine, ...(theirs && { peer: theirs, ratios }) }, null, 2));
    return;
  }
  const line = (who: string, side: typeof mine): void =>
    console.log(
      `${who.padEnd(8)} ELBO ${side.elboTokensPerSecond.toFixed(0).padStart(7)} tokens/s   ` +
        `NLL of ${IMPORTANCE.sentences} sentences with ${IMPORTANCE.samples} samples ` +
        `${side.importanceSeconds.toFixed(2).padStart(6)} s   peak ${(side.peakBytes / 2 ** 20).toFixed(0)} MB`,
    );
  line('ours', mine);
  if (theirs) line('PyTorch', theirs);
  if (ratios) console.log(`ratio    ELBO ${ratios.elbo.toFixed(2)}   NLL ${ratios.importance.toFixed(2)}`);
  console.log(`load average at the start ${load.toFixed(2)}`);
}

if (import.meta.main) await run(process.argv.slice(2));
