import { parseArgs } from 'node:util';
import type { Decoding } from '../../contract/entities.ts';
import { findRun, numberOf, UsageError, wholeNumberOf, type Command } from './command.ts';

export const sampleCommand: Command = {
  name: 'sample',
  usage: ['sample RUN [--count N] [--temperature T | --beam B] [--seed S]'],
  about: 'Writes new sentences with the model of a run (temperature 0 takes the likeliest word).',
  async run(args, terminal) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        count: { type: 'string', default: '20' },
        temperature: { type: 'string' },
        beam: { type: 'string' },
        seed: { type: 'string', default: '1' },
      },
    });
    const [name] = positionals;
    if (name === undefined || positionals.length > 1) throw new UsageError('Name one run.');
    const decoding = decodingOf(
      numberOf('temperature', values.temperature),
      wholeNumberOf('beam', values.beam, 1),
    );
    const count = wholeNumberOf('count', values.count, 1) ?? 20;
    if (count > 100_000) throw new UsageError('--count goes up to 100000.');
    const seed = wholeNumberOf('seed', values.seed, 0) ?? 1;
    const rooms = await terminal.rooms();
    const set = await rooms.samples.generate(findRun(rooms, name).id, decoding, count, seed);
    const rows = await rooms.samples.rows(set.id);
    if (terminal.json) return terminal.print(JSON.stringify({ set, samples: rows }));
    if (set.drawnFrom === 'sentences')
      terminal.tell('Written from codes of training sentences: this method has no prior to draw from.');
    for (const { text } of rows) terminal.print(text);
    const { fppl, rppl } = set;
    if (fppl) terminal.tell(`FPPL ${fppl.value.toFixed(2)} under ${fppl.languageModel}`);
    if (rppl) terminal.tell(`RPPL ${rppl.value.toFixed(2)} from ${set.count} samples`);
  },
};

function decodingOf(temperature: number | undefined, beam: number | undefined): Decoding {
  if (temperature !== undefined && beam !== undefined)
    throw new UsageError('Either --temperature or --beam.');
  if (beam !== undefined) {
    if (beam > 50) throw new UsageError('--beam goes up to 50.');
    return beam === 1 ? { kind: 'greedy' } : { kind: 'beam', width: beam };
  }
  if (temperature === 0) return { kind: 'greedy' };
  if (temperature !== undefined && (temperature < 0 || temperature > 5))
    throw new UsageError('--temperature goes from 0 to 5.');
  return { kind: 'temperature', temperature: temperature ?? 1 };
}
