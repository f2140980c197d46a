import { mkdirSync } from 'node:fs';
import type { FromIngestWorker, ToIngestWorker } from '../../contract/ingest.ts';
import { importFiles, type OnProgress, type Stage, type Target } from './import.ts';
import { previewFiles } from './preview.ts';
import { importSample } from './sample.ts';
import { importSynthetic } from './synthetic.ts';

type Request = Exclude<ToIngestWorker, { kind: 'cancel' }>;
type Progress = Extract<FromIngestWorker, { kind: 'progress' }>;

/** Where each stage lies within the whole of an import, as measured with 40,000 and with a million sentences. */
const spans: Record<Stage, readonly [from: number, to: number]> = {
  reading: [0, 0.55],
  splitting: [0.55, 0.65],
  writing: [0.65, 0.8],
  evaluator: [0.8, 1],
};
/** Progress is for eyes: a few messages a second are enough. */
const progressEvery = 200;

/** Passes progress on as a share of the whole, never falling and not too often. */
function progressTo(send: (progress: Progress) => void): OnProgress {
  let last = -Infinity;
  let most = 0;
  return (stage, share, lines) => {
    const now = performance.now();
    if (now - last < progressEvery) return;
    last = now;
    const [from, to] = spans[stage];
    most = Math.max(most, from + (to - from) * Math.min(1, share));
    send({ kind: 'progress', stage, share: most, lines });
  };
}

/** Does what is asked. Throws `import.*`; whoever asks removes the folder then. */
export async function answer(
  request: Request,
  send: (progress: Progress) => void,
): Promise<FromIngestWorker> {
  if (request.kind === 'preview')
    return { kind: 'preview', preview: await previewFiles(request.files, request.settings) };
  const onProgress = progressTo(send);
  const target: Target = { id: request.id, folder: request.folder, now: Date.now() };
  mkdirSync(request.folder, { recursive: true });
  switch (request.kind) {
    case 'import':
      return {
        kind: 'done',
        dataSet: await importFiles(target, request.files, request.settings, onProgress),
      };
    case 'sample':
      return { kind: 'done', dataSet: await importSample(target, onProgress) };
    case 'synthetic':
      return { kind: 'done', dataSet: await importSynthetic(target, request.seed, onProgress) };
  }
}
