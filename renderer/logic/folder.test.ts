import { expect, test } from 'vitest';
import { folderOfEntry, folderOfFiles, looksLikeEncoder } from './folder.ts';

const file = (name: string) => new File(['x'], name);
function chosen(path: string): File {
  const one = file(path.split('/').at(-1)!);
  Object.defineProperty(one, 'webkitRelativePath', { value: path });
  return one;
}

type Tree = { readonly [name: string]: Tree | File };
/** As a browser shows a dropped folder: entries come a few at a time, nothing at the end. */
function entry(name: string, tree: Tree): FileSystemDirectoryEntry {
  const children = Object.entries(tree).map(([child, content]) =>
    content instanceof File
      ? { name: child, isFile: true, isDirectory: false, file: (take: (f: File) => void) => take(content) }
      : entry(child, content),
  );
  const createReader = () => {
    const left = [...children];
    return { readEntries: (take: (part: unknown[]) => void) => take(left.splice(0, 2)) };
  };
  return { name, isFile: false, isDirectory: true, createReader } as unknown as FileSystemDirectoryEntry;
}

test('a chosen folder goes by the first part of its paths', () => {
  const { name, files } = folderOfFiles([chosen('bert/config.json'), chosen('bert/1_Pooling/config.json')]);
  expect(name).toBe('bert');
  expect(files.map(({ path }) => path)).toEqual(['config.json', '1_Pooling/config.json']);
});

test('a dropped folder is read to its end, one folder deep', async () => {
  const tree = {
    'config.json': file('config.json'),
    'vocab.txt': file('vocab.txt'),
    '1_Pooling': { 'config.json': file('config.json'), deeper: { 'x.txt': file('x.txt') } },
    'model.safetensors': file('model.safetensors'),
  };
  const folder = await folderOfEntry(entry('bert', tree));
  expect(folder.name).toBe('bert');
  expect(folder.files.map(({ path }) => path)).toEqual([
    ...['config.json', 'vocab.txt', '1_Pooling/config.json', 'model.safetensors'],
  ]);
  expect(looksLikeEncoder(folder)).toBe(true);
});

test('a folder of texts is no encoder, one that lacks a file still is', () => {
  const of = (...names: string[]) =>
    looksLikeEncoder(folderOfFiles(names.map((name) => chosen(`x/${name}`))));
  expect(of('a.txt', 'b.txt', 'config.json')).toBe(false);
  expect(of('a/config.json', 'a/vocab.txt')).toBe(false);
  expect(of('config.json', 'vocab.txt')).toBe(true);
});
