import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { RPCHandler } from '@orpc/server/ws';
import { AppError, explain } from '../contract/errors.ts';
import { openApp } from './app.ts';
import { homeFolder, rendererFolder } from './places.ts';
import { projectRoot } from './project.ts';
import { startServer } from './server/server.ts';

/** The browser shell as a process: opens the data folder, serves it, prints the address, ends on a signal. */
const { values: flags } = parseArgs({
  options: {
    home: { type: 'string' },
    port: { type: 'string' },
    'no-open': { type: 'boolean', default: false },
  },
});

async function serve(): Promise<void> {
  const { version } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  const app = await openApp({ home: homeFolder(flags.home), version, shell: 'browser' });
  const handler = new RPCHandler(app.router);
  let announced = 0;
  const server = await startServer({
    connect: (pipe) => void handler.upgrade(pipe, { context: app.context }),
    port: flags.port === undefined ? undefined : Number(flags.port),
    staticFolder: rendererFolder,
    handOver: app.context.handOver,
    announce(url) {
      announced += 1;
      console.log(announced === 1 ? `Latent Workbench is at ${url}` : `For another browser: ${url}`);
    },
    report: app.context.report,
  }).catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  await app.context.handOver.sweep(Date.now());
  if (!flags['no-open'] && hasDisplay()) openInBrowser(server.url());

  let ending = false;
  const end = () => {
    // Whoever asks twice does not want to wait.
    if (ending) process.exit(1);
    ending = true;
    server
      .close()
      .then(() => app.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  process.on('SIGHUP', end);
  // What started this process was killed: then so are we, at once, and the next start finds what a power cut leaves.
  process.on('disconnect', () => process.exit(1));
}

function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/** A convenience: where it does not work, the address stands in the terminal. */
function openInBrowser(url: string): void {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url];
  const child = spawn(program ?? '', args, { detached: true, stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}

serve().catch((error: unknown) => {
  if (error instanceof AppError) {
    const { sentence, remedy } = explain(error.code, error.facts);
    console.error(`${sentence} ${remedy}`);
  } else console.error(error);
  process.exit(1);
});
