import { parseArgs } from 'node:util';
import { findRun, UsageError, type Command } from './command.ts';

export const rewriteCommand: Command = {
  name: 'rewrite',
  usage: ['rewrite RUN SENTENCE [--label L]... [--from L]'],
  about: 'Rewrites a sentence with other labels (all of them by default), by a run that is told the label.',
  async run(args, terminal) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { label: { type: 'string', multiple: true }, from: { type: 'string' } },
    });
    const [name, sentence] = positionals;
    if (name === undefined || sentence === undefined || positionals.length > 2)
      throw new UsageError('Name one run and one sentence, the sentence in quotation marks.');
    const rooms = await terminal.rooms();
    const { id } = findRun(rooms, name);
    const to = values.label ?? rooms.samples.labelsOf(id);
    const answer = await rooms.samples.transfer(id, sentence, values.from ?? null, to);
    if (terminal.json) return terminal.print(JSON.stringify(answer));
    if (values.from === undefined) terminal.tell(`Read as «${answer.from}», the commonest label.`);
    if (answer.unknown.length > 0) terminal.tell(`Not in the vocabulary: ${answer.unknown.join(', ')}`);
    for (const { label, text } of answer.rewritten) terminal.print(`${label}\t${text}`);
  },
};
