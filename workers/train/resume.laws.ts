import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Point } from '../../contract/entities.ts';
import { runFiles } from '../../contract/worker.ts';
import type { BackendId } from '../tensor/index.ts';
import { linesOf, ofKind, outcomeOf, runForked, runHere, tinyData, tinyJob } from './testing.ts';

/** Loses patience at once and steps too far, so that the learning rate is halved and the best model reloaded. */
const restless = { learningRate: 6, patience: 1, epochs: 4, clip: 20 };

/** What holds for interrupted runs on every backend. */
export function resumeLaws(backend: BackendId, threads: number): void {
  describe(`interrupted runs on ${backend}`, () => {
    let folder: string;
    let dataSetFolder: string;
    let number = 0;
    beforeAll(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'resume-'));
      dataSetFolder = await tinyData(folder);
    });
    afterAll(() => rmSync(folder, { recursive: true }));
    const job = (methodId: string, options = {}) =>
      tinyJob({
        methodId,
        dataSetFolder,
        runFolder: path.join(folder, `run-${number++}`),
        backend,
        options,
        threads,
      });

    test.each([
      ['lstm-lm', restless, [5, 9]],
      ['vae-anneal', restless, [8, 21]],
      // The second pause falls after the scale of the representations was measured.
      ['neural-outlines', { epochs: 4, updatesPerEpoch: 5, playerLayers: 1 }, [3, 15]],
      ['lagging', { window: 2, maxInner: 8, epochs: 3, updatesPerEpoch: 5 }, [5, 40]],
    ] as const)(
      '%s paused twice and continued equals one that was not, bit for bit',
      async (methodId, options, pauses) => {
        const whole = job(methodId, options);
        const expected = outcomeOf(whole, await runHere(whole));

        const broken = job(methodId, options);
        for (const [i, at] of pauses.entries()) {
          const messages = await runHere({ ...broken, resume: i > 0 }, (looks) =>
            looks >= at ? 'pause' : null,
          );
          expect(messages.at(-1)!.kind).toBe('paused');
          const state = JSON.parse(
            readFileSync(path.join(broken.runFolder, runFiles.checkpointState), 'utf8'),
          ) as { step: number; procedure: { inner?: unknown } };
          expect(messages.at(-1)).toEqual({ kind: 'paused', step: state.step });
          // The first pause of the aggressive run falls into an inner loop.
          if (methodId === 'lagging' && i === 0) expect(state.procedure.inner).not.toBeNull();
        }
        const messages = await runHere({ ...broken, resume: true });
        expect(outcomeOf(broken, messages)).toEqual(expected);

        const steps = linesOf<Point>(broken, 'series').map(({ step }) => step);
        expect(steps).toEqual(steps.toSorted((a, b) => a - b));
        const evaluated = (run: typeof broken) =>
          linesOf<Point>(run, 'series').filter(({ values }) => values.validationNll !== undefined);
        expect(evaluated(broken)).toEqual(evaluated(whole));
      },
    );

    test('a killed worker continues from its last save like one that was not killed', async () => {
      const options = { epochs: 3, window: 2, maxInner: 4, updatesPerEpoch: 6 };
      const whole = job('lagging-anneal', options);
      const expected = outcomeOf(whole, await runHere(whole));

      const killed = job('lagging-anneal', options);
      const { signal } = await runForked(killed, (message, child) => {
        // Some time into the second epoch.
        if (message.kind === 'progress' && message.epoch > 1) child.kill('SIGKILL');
      });
      expect(signal).toBe('SIGKILL');
      expect(existsSync(path.join(killed.runFolder, runFiles.checkpoint))).toBe(true);
      const messages = await runHere({ ...killed, resume: true });
      expect(outcomeOf(killed, messages)).toEqual(expected);
      expect(ofKind(messages, 'log')[1]!.text).toMatch(/^Continuing from update \d+\.$/);
    });
  });
}
