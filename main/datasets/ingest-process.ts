import { fromIngestWorker, type FromIngestWorker, type ToIngestWorker } from '../../contract/ingest.ts';
import { askProcess, type Answer, type Question } from '../ask-process.ts';

export interface IngestOptions extends Pick<
  Question<FromIngestWorker>,
  'file' | 'signal' | 'onPrint' | 'onProgress'
> {
  request: Exclude<ToIngestWorker, { kind: 'cancel' }>;
}

export type IngestAnswer = Answer<FromIngestWorker>;

/**
 * One question to a process of its own: reading a file of any size and kind happens nowhere else. Throws what it
 * foresaw (`import.*`), and `import.cancelled` when `signal` says so.
 */
export const askIngest = (options: IngestOptions): Promise<IngestAnswer> =>
  askProcess<FromIngestWorker>({
    ...options,
    parse: (raw) => fromIngestWorker.parse(raw),
    cancelled: 'import.cancelled',
  });
