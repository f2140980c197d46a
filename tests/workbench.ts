import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import axe, { type AxeResults } from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';

/** The repository root, whatever folder the tests are started from. */
export const root = fileURLToPath(new URL('..', import.meta.url));

export interface Workbench {
  /** Address with its one-time token, as printed for a person. */
  readonly url: string;
  /** Ends the server as a power cut would (SIGKILL) or as a person would (SIGTERM). */
  end(how: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Everything it printed, for failure messages. */
  output(): string;
}

/** Starts the browser shell on a free port and waits for the address it prints. */
export async function startWorkbench(home: string): Promise<Workbench> {
  const child: ChildProcess = spawn(
    process.execPath,
    [path.join(root, 'scripts/start.mjs'), '--server', '--no-open', '--port', '0', '--home', home],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(printed);
      if (found) resolve(found[0]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`the workbench ended with ${code}:\n${printed}`)));
  });
  return {
    url,
    output: () => printed,
    async end(how) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(how);
      await gone;
    },
  };
}

export async function temporaryHome(): Promise<{ home: string; remove(): Promise<void> }> {
  const home = await mkdtemp(path.join(tmpdir(), 'latent workbench '));
  return { home, remove: () => rm(home, { recursive: true, force: true, maxRetries: 5 }) };
}

const chromiumProgram = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** One window of 1280 x 800 pixels on a workbench of its own. */
export interface Sitting {
  readonly home: string;
  readonly page: Page;
  /** Shows the view at an address within the application, such as `/settings`. */
  goTo(address: string): Promise<unknown>;
  end(): Promise<void>;
}

/** Fills a data folder, starts the workbench on it and opens its window. */
export async function openSitting(fill: (home: string) => unknown): Promise<Sitting> {
  const place = await temporaryHome();
  await fill(place.home);
  const [browser, workbench] = await Promise.all([openBrowser(), startWorkbench(place.home)]);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(60_000);
  await page.goto(workbench.url);
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor();
  // The router heeds the address only once it has shown its first view; on a busy machine that is later.
  await page.getByRole('main').getByRole('heading', { level: 1 }).first().waitFor();
  return {
    home: place.home,
    page,
    goTo: (address) => page.goto(`${new URL(page.url()).origin}/#${address}`),
    async end() {
      await browser.close();
      await workbench.end('SIGTERM');
      await place.remove();
    },
  };
}

/** Debian's Chromium; root in a container has no sandbox of its own. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumProgram,
    args: ['--no-sandbox', '--force-color-profile=srgb'],
  });
}

/**
 * Switches the theme and waits until the page shows it: the class is set by the application and the colours
 * move there by transitions, which last longer than any fixed wait where a training keeps the cores busy.
 */
export async function showTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  // Asked within one evaluation: the page's content policy lets a text be evaluated from outside only, so that a
  // condition given as text to be polled holds at its first look or fails.
  await page.evaluate(`(async () => {
    const { classList } = document.documentElement;
    while (classList.contains('dark') !== ${theme === 'dark'}) await new Promise((resolve) => requestAnimationFrame(resolve));
  })()`);
  await atRest(page);
}

/**
 * Waits until no transition is under way and nothing shown is being fetched anew, which is dimmed meanwhile; an animation
 * without an end, such as a pulse, is not waited for.
 */
export async function atRest(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const moving = () => document.getAnimations().filter((animation) =>
      animation.playState === 'running' && Number.isFinite(animation.effect?.getComputedTiming().endTime));
    do {
      while (document.querySelector('[aria-busy="true"]')) await frame();
      await Promise.allSettled(moving().map((animation) => animation.finished));
      await frame();
      await frame();
    } while (moving().length > 0);
  })()`);
}

/** Problems axe-core finds on the page as it stands, one line each. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await atRest(page);
  await page.evaluate(axe.source);
  const found: AxeResults = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })");
  return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${v.help} at ${n.target.join(' ')}`));
}

/** The address that opens now: the last one in the terminal, since each opens once. */
export function newAddress(workbench: Workbench): string {
  const all = workbench.output().match(/http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/g) ?? [];
  return all.at(-1) ?? workbench.url;
}

/** Lets go of a file over the window, as a person does. */
export async function dropFile(page: Page, name: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content!], fileName!));
      return transfer;
    },
    [name, text],
  );
  for (const event of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('body', event, { dataTransfer });
}
