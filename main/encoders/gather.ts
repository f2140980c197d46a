import { constants } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { neededEncoderFiles } from '../../contract/encoders.ts';
import { AppError } from '../../contract/errors.ts';
import type { EncoderSource, Source } from '../../contract/rpc.ts';

/**
 * Puts the files of a folder that a window chose side by side again. Answers the folder. Throws
 * `encoders.file-missing` with the name that the person knows, and what finding a file throws.
 */
export async function gather(
  { folder: name, files }: Extract<EncoderSource, { kind: 'files' }>,
  into: string,
  fileOf: (source: Source) => Promise<{ path: string }>,
): Promise<string> {
  const missing = neededEncoderFiles.find((file) => !files.some(({ path: given }) => given === file));
  if (missing !== undefined) throw new AppError('encoders.file-missing', { folder: name, file: missing });
  for (const { path: given, source } of files) {
    const place = path.join(into, ...given.split('/'));
    await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
    const { path: found } = await fileOf(source);
    // Where the file system can, the copy shares its blocks with the file.
    await copyFile(found, place, constants.COPYFILE_FICLONE);
  }
  return into;
}
