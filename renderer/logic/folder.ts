import { neededEncoderFiles } from '../../contract/encoders.ts';

/** A file of a chosen or dropped folder; `path` is relative to the folder, with slashes. */
export interface FolderFile {
  readonly path: string;
  readonly file: File;
}
export interface Folder {
  readonly name: string;
  readonly files: readonly FolderFile[];
}

/** A folder with two of the three files that every encoder has; the import names the third where it is missing. */
export const looksLikeEncoder = ({ files }: Folder): boolean =>
  neededEncoderFiles.filter((needed) => files.some(({ path }) => path === needed)).length >= 2;

/** What a dialog for folders answers: files that know their path, the folder's name first. */
export function folderOfFiles(files: readonly File[]): Folder {
  const paths = files.map(({ webkitRelativePath, name }) => webkitRelativePath || name);
  return {
    name: paths[0]?.split('/')[0] ?? '',
    files: files.map((file, i) => ({ path: paths[i]!.split('/').slice(1).join('/'), file })),
  };
}

/** The entries of a dropped folder that are read; a real encoder has a dozen. */
const most = 500;

/** Files of a dropped folder and of the folders in it; those that lie deeper belong to no encoder. */
export async function folderOfEntry(entry: FileSystemDirectoryEntry): Promise<Folder> {
  const files: FolderFile[] = [];
  for (const child of await childrenOf(entry)) {
    if (isFile(child)) files.push({ path: child.name, file: await fileOf(child) });
    else if (isFolder(child))
      for (const grandchild of await childrenOf(child))
        if (isFile(grandchild))
          files.push({ path: `${child.name}/${grandchild.name}`, file: await fileOf(grandchild) });
  }
  return { name: entry.name, files };
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const fileOf = (entry: FileSystemFileEntry) =>
  new Promise<File>((resolve, reject) => entry.file(resolve, reject));

/** A reader answers a part at a time, and nothing when all was read. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  while (children.length < most) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) break;
    children.push(...part);
  }
  return children;
}
