/** A model process without a tensor runtime: answers with its inputs, and dies or fails when a sentence says so. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { toModelWorker, type FromModelWorker, type ModelTask, type TrainJob } from '../../contract/worker.ts';

const send = (message: FromModelWorker) => process.send?.(message);
let job: TrainJob | undefined;
process.on('disconnect', () => process.exit(0));
process.on('message', (raw) => {
  const message = toModelWorker.parse(raw);
  if (message.kind === 'open') {
    ({ job } = message);
    if (job.options['latent'] === 13)
      send({
        kind: 'failed',
        id: null,
        error: { code: 'tensor.backend-missing', facts: { backend: 'cpu', reason: 'a test' } },
      });
    else send({ kind: 'opened' });
    return;
  }
  answer(message.id, message.task, job!);
});

function answer(id: number, task: ModelTask, { runId, runFolder }: TrainJob): void {
  switch (task.kind) {
    case 'reconstruct': {
      const [sentence = ''] = task.sentences;
      if (sentence === 'die') process.exit(9);
      if (sentence === 'fail')
        return void send({ kind: 'failed', id, error: { code: 'runs.no-model', facts: { name: 'x' } } });
      const copies = task.mean
        ? [`mean of ${sentence}`]
        : Array.from({ length: task.copies }, (_, i) => `${i} ${sentence}`);
      return void send({
        kind: 'answer',
        id,
        answer: { kind: 'reconstruct', reconstructions: [copies], unknown: ['flew'], label: task.label },
      });
    }
    case 'interpolate':
      return void send({
        kind: 'answer',
        id,
        answer: {
          kind: 'interpolate',
          sentences: [task.from, String(process.pid), task.to],
          label: task.label,
        },
      });
    case 'transfer': {
      const from = task.from ?? 0;
      const rewritten = task.sentences.map((text) =>
        task.to.map((label) => `${text} from ${from} to ${label}`),
      );
      return void send({
        kind: 'answer',
        id,
        answer: {
          kind: 'transfer',
          rewritten,
          selfBleu: rewritten.map((each) => each.map((_, i) => i / 4)),
          from,
          unknown: ['flew'],
        },
      });
    }
    case 'sample': {
      const { setId, decoding, seed, count } = task;
      const line = { text: 'new .', log10: -3, tokens: 3 };
      writeFileSync(
        path.join(runFolder, 'samples', `${setId}.jsonl`),
        `${JSON.stringify(line)}\n`.repeat(count),
      );
      const about = {
        id: setId,
        runId,
        kind: 'prior' as const,
        decoding,
        seed,
        count,
        createdAt: 1,
        fppl: null,
        rppl: null,
      };
      const set = { ...about, distinct1: 0, distinct2: 0, meanLength: 2, duplicateRate: 0, copiedRate: 0 };
      return void send({ kind: 'answer', id, answer: { kind: 'sample', set } });
    }
  }
}
