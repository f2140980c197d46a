import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { nodeProgram } from './places.ts';

/** A worker process; whatever happens in it ends nothing else. It ends by itself when we are gone. */
export interface WorkerProcess {
  send(message: unknown): void;
  /** Ends it at once. */
  kill(): void;
  /** The way it ended, once its last message has been delivered too. */
  readonly ended: Promise<string>;
}

export interface WorkerOptions {
  file: string;
  /** What it finds in its environment beside ours. */
  env?: Record<string, string>;
  onMessage(raw: unknown): void;
  /** What it prints, by line. */
  onPrint(line: string): void;
}

export function startWorker({ file, env, onMessage, onPrint }: WorkerOptions): WorkerProcess {
  const child = fork(file, [], {
    execPath: nodeProgram(),
    env: { ...process.env, ...env },
    // Ours may carry a debugger or a test runner's loader.
    execArgv: [],
    // JSON would turn a loss that is not a number into null.
    serialization: 'advanced',
    // Ctrl+C in a terminal goes to everyone in the group; a worker is asked to save instead.
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.on('message', onMessage);
  printed(child.stdout, onPrint);
  printed(child.stderr, onPrint);
  return {
    send(message) {
      // One that has just ended takes no more messages; its end is told of elsewhere.
      if (child.connected) child.send(message as object, () => {});
    },
    kill: () => void child.kill('SIGKILL'),
    ended: endOf(child),
  };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let reason: string | undefined;
    const whenBoth = () => {
      if (reason !== undefined && !child.connected) resolve(reason);
    };
    child.on('exit', (code, signal) => {
      reason = signal ? `ended by ${signal}` : `ended with code ${code}`;
      whenBoth();
    });
    child.on('disconnect', whenBoth);
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(`could not be started: ${error.message}`);
    });
  });
}

/** What TensorFlow says at every start whatever its log level: information, and a word about where it goes. */
export const isChatter = (line: string): boolean =>
  /^(WARNING: All log messages before absl|I\d{4} )/.test(line);

function printed(stream: Readable | null, onPrint: (line: string) => void): void {
  if (!stream) return;
  createInterface({ input: stream }).on('line', (line) => {
    if (!isChatter(line)) onPrint(line);
  });
}
