import { AppError, type ErrorCode, type PlainError } from '../contract/errors.ts';
import { startWorker } from './worker-process.ts';

/** What a process that answers one request may say. */
type Said = { kind: 'progress' } | { kind: 'failed'; error: PlainError } | { kind: string };

export interface Question<Message extends Said> {
  /** The file the process is started with. */
  file: string;
  request: object;
  /** What it finds in its environment beside ours. */
  env?: Record<string, string>;
  /** Checks what the process says; throws where it is nothing that was agreed on. */
  parse(raw: unknown): Message;
  /** Ends the process; the promise then rejects with the code `cancelled`. */
  signal: AbortSignal;
  cancelled: ErrorCode;
  /** What the process prints: the stack of a bug, under the id that its answer names. */
  onPrint(line: string): void;
  onProgress?(progress: Extract<Message, { kind: 'progress' }>): void;
}

/** What a question ends with when all went well. */
export type Answer<Message extends Said> = Exclude<Message, { kind: 'progress' } | { kind: 'failed' }>;

/** Milliseconds that the process gets to tidy up before it is ended. */
const graceAfterCancel = 800;

/**
 * One question to a process of its own, for work of any size: whatever happens there ends nothing else. Resolves when
 * the process is gone. Throws what it foresaw.
 */
export async function askProcess<Message extends Said>(
  question: Question<Message>,
): Promise<Answer<Message>> {
  const { file, request, env, parse, signal, cancelled, onPrint, onProgress } = question;
  const answers: Answer<Message>[] = [];
  const errors: unknown[] = [];
  const printed: string[] = [];
  const isProgress = (said: Message): said is Extract<Message, { kind: 'progress' }> =>
    said.kind === 'progress';
  const worker = startWorker({
    file,
    env,
    onPrint(line) {
      printed.push(line);
      onPrint(line);
    },
    onMessage(raw) {
      try {
        const said = parse(raw);
        if (isProgress(said)) return onProgress?.(said);
        if ('error' in said) errors.push(new AppError(said.error.code, said.error.facts));
        else answers.push(said as Answer<Message>);
      } catch (error) {
        errors.push(error);
      }
      // It has said its word; whether it then ends by itself is not waited for.
      worker.kill();
    },
  });
  let impatience: NodeJS.Timeout | undefined;
  const cancel = () => {
    worker.send({ kind: 'cancel' });
    impatience = setTimeout(worker.kill, graceAfterCancel);
  };
  worker.send(request);
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const end = await worker.ended;
  clearTimeout(impatience);
  signal.removeEventListener('abort', cancel);
  if (signal.aborted) throw new AppError(cancelled);
  const [answer] = answers;
  if (answer) return answer;
  throw errors[0] ?? new Error(`a process ${end}: ${printed.slice(-5).join(' ')}`);
}
