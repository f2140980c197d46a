import type { FeedSpec, Tensor, Tensor2D } from '../tensor/index.ts';
import type { Sentences } from './block.ts';
import type { Model } from './model.ts';

/** Feeds of a batch of sentences; labels and vectors only where the method reads some. */
export function sentenceFeeds({
  classes,
  vectors,
}: Pick<Model, 'classes' | 'vectors'>): Record<string, FeedSpec> {
  return {
    tokens: { dtype: 'int32' },
    ...(classes.length > 0 && { labels: { dtype: 'int32' } }),
    ...(vectors && { vectors: { dtype: 'float32' } }),
  };
}

export function sentencesOf(feeds: Readonly<Record<string, Tensor>>): Sentences {
  return {
    tokens: feeds['tokens'] as Tensor2D,
    labels: (feeds['labels'] as Tensor2D | undefined) ?? null,
    ...(feeds['vectors'] && { vectors: feeds['vectors'] as Tensor2D }),
  };
}
