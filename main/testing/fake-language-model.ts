/**
 * A process that makes language models and misbehaves as the name of the text says: `slow` takes its time after
 * writing half, `dies` is killed there.
 */
import { writeFileSync } from 'node:fs';
import { toLanguageModelWorker, type FromLanguageModelWorker } from '../../contract/language-models.ts';

const send = (message: FromLanguageModelWorker) => process.send?.(message);
process.on('disconnect', () => process.exit(0));
process.on('message', (raw) => {
  const message = toLanguageModelWorker.parse(raw);
  if (message.kind === 'cancel') send({ kind: 'failed', error: { code: 'ngram.cancelled', facts: {} } });
  if (message.kind !== 'train') return;
  writeFileSync(message.model, 'half');
  send({ kind: 'progress', phase: 'counting', share: 0.5 });
  if (message.name === 'dies') process.kill(process.pid, 'SIGKILL');
  setInterval(() => {}, 1000);
});
