import type { DataSet, Device } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import type { OptionValues } from '../../contract/methods/index.ts';
import { methodOf } from '../../contract/methods/own.ts';

/**
 * Bytes of the largest single tensor of an update: a number for each word of the vocabulary and each position of the
 * longest batch (logits, and the matrix that adds up the gradients of word embeddings).
 */
export function largestTensor(methodId: string, options: OptionValues, data: DataSet): number {
  const { training } = methodOf({ methodId, options }).configure(options);
  const longest = data.lengths.reduce((most, { length }) => Math.max(most, length), 0);
  return 4 * data.vocabulary * training.batch * (longest + 1);
}

export interface Planned {
  readonly methodId: string;
  readonly options: OptionValues;
}

/**
 * Graphics drivers limit a single tensor, whatever memory they have. Throws `devices.tensor-too-large` where a device
 * cannot hold every tensor of a run.
 */
export function mustHold(device: Device, run: Planned, data: DataSet): void {
  const needed = largestTensor(run.methodId, run.options, data);
  if (device.largestTensor === null || needed <= device.largestTensor) return;
  const mebibytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
  throw new AppError('devices.tensor-too-large', {
    method: methodOf(run).title,
    data: data.name,
    device: device.name,
    needed: mebibytes(needed),
    most: mebibytes(device.largestTensor),
  });
}
