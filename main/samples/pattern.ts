import { Worker } from 'node:worker_threads';
import { AppError } from '../../contract/errors.ts';

/** Some patterns take longer than the universe lasts: in a thread of its own one can be ended. */
const searcher = `
  import { parentPort, workerData } from 'node:worker_threads';
  const { pattern, texts } = workerData;
  const expression = new RegExp(pattern, 'giu');
  parentPort.postMessage(Uint32Array.from(texts, (text) => {
    let count = 0;
    for (const [match] of text.matchAll(expression)) if (match !== '') count += 1;
    return count;
  }));
`;

const patience = 2000;

/** How often the pattern occurs in each text. Throws `samples.pattern` for one that is not valid or takes too long. */
export async function countMatches(pattern: string, texts: readonly string[], milliseconds = patience) {
  try {
    new RegExp(pattern, 'giu');
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
    throw new AppError('samples.pattern', { reason });
  }
  const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(searcher)}`), {
    workerData: { pattern, texts },
    execArgv: [],
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Uint32Array>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
      timer = setTimeout(
        () => reject(new AppError('samples.pattern', { reason: 'it takes too long on these sentences' })),
        milliseconds,
      );
    });
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}
