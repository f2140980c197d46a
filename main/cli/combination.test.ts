import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { methodById } from '../../contract/methods/index.ts';
import { fileOfCombination, type Combination } from '../../contract/methods/own.ts';
import { cliOn, documentOf } from '../testing/cli.ts';
import { putDataSet, temporaryHome } from '../testing/fixtures.ts';

let home: string;
let remove: () => void;
beforeEach(() => ({ home, remove } = temporaryHome()));
afterEach(() => remove());
const cli = (...args: string[]) => cliOn(home, args);

/** The plain VAE with half the price of its code, in a file as the window exports it. */
function exported(): { file: string; own: Combination } {
  const vae = methodById('vae');
  const { blocks } = vae.configure(vae.preset('quick', 'text'));
  const klWeight = { kind: 'constant' as const, value: 0.5 };
  const own = { name: 'Half price', basis: 'vae', blocks: { ...blocks, klWeight } };
  const file = path.join(home, 'half.json');
  writeFileSync(file, fileOfCombination(own));
  return { file, own };
}

test('a combination is brought, listed, trained by its name, written again and removed', async () => {
  putDataSet(home, {}, { steps: 3 });
  const { file, own } = exported();
  const { id } = documentOf(await cli('combination', 'import', file, '--json')) as { id: string };
  expect((await cli('combination', 'list')).out.split('\n')).toEqual([
    'name        begun with               id',
    `Half price  Variational autoencoder  ${id}`,
    '',
  ]);

  const done = await cli(
    ...['study', '--data', 'Tiny', '--methods', 'vae,own:Half price', '--json'],
    ...['--set', 'own:Half price.latent=4'],
  );
  expect(done.code).toBe(0);
  const { runs } = documentOf(done) as { runs: { methodId: string; options: Record<string, unknown> }[] };
  expect(runs.map(({ methodId }) => methodId)).toEqual(['vae', `own:${id}`]);
  expect(runs[1]!.options['latent']).toBe(4);
  expect(JSON.parse(runs[1]!.options['combination'] as string)).toEqual(own);

  const out = path.join(home, 'again.json');
  expect((await cli('combination', 'export', 'Half price', '--out', out)).out.trim()).toBe(out);
  expect(readFileSync(out, 'utf8')).toBe(readFileSync(file, 'utf8'));
  expect(await cli('combination', 'remove', id)).toMatchObject({
    code: 0,
    out: '«Half price» is removed; runs of it stay what they are\n',
  });
  expect(documentOf(await cli('combination', 'list', '--json'))).toEqual([]);
});

test('what is not there, and a file that is none, are refused by name', async () => {
  putDataSet(home, {}, { steps: 3 });
  const refusal = async (...args: string[]) => {
    const said = await cli(...args, '--json');
    return { exit: said.code, ...(documentOf(said) as { error: { code: string; facts: object } }).error };
  };
  const nobody = { exit: 1, code: 'combinations.not-found', facts: { id: 'Nobody' } };
  expect(await refusal('combination', 'remove', 'Nobody')).toMatchObject(nobody);
  expect(await refusal('study', '--data', 'Tiny', '--methods', 'own:Nobody')).toMatchObject(nobody);
  const none = path.join(home, 'none.json');
  expect(await refusal('combination', 'import', none)).toMatchObject({ code: 'import.missing' });
  writeFileSync(none, 'words');
  expect(await refusal('combination', 'import', none)).toMatchObject({ code: 'combinations.file' });
  expect(await cli('combination', 'export')).toMatchObject({ code: 2 });
});
