/**
 * An import process that misbehaves as the name of its first file says: `slow` takes its time after writing half,
 * `dies` is killed there, `fails` answers an error.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { toIngestWorker, type FromIngestWorker } from '../../contract/ingest.ts';

const send = (message: FromIngestWorker) => process.send?.(message);
let folder: string | undefined;
process.on('disconnect', () => process.exit(0));
process.on('message', (raw) => {
  const message = toIngestWorker.parse(raw);
  if (message.kind === 'cancel') {
    if (folder) rmSync(folder, { recursive: true, force: true });
    send({ kind: 'failed', error: { code: 'import.cancelled', facts: {} } });
    return;
  }
  if (message.kind !== 'import') return;
  folder = message.folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'half'), 'a data set');
  send({ kind: 'progress', stage: 'writing', share: 0.5, lines: 10 });
  const name = message.files[0]!.name;
  if (name === 'dies') process.kill(process.pid, 'SIGKILL');
  if (name === 'fails') send({ kind: 'failed', error: { code: 'import.empty', facts: { file: name } } });
  setInterval(() => {}, 1000);
});
