/** Language models and sentence encoders that a person makes or brings. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import {
  encoder,
  encoderEvent,
  belongsToEncoder,
  representations,
  representationsEvent,
} from '../encoders.ts';
import { languageModel } from '../entities.ts';
import { languageModelEvent, languageModelSettings } from '../language-models.ts';
import { call, byId, nothing, source } from './call.ts';

/** Where an encoder comes from: a folder, the package registry, or vectors with their sentences. */
export const encoderSource = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('folder'),
    path: z.string(),
    title: z.string().trim().min(1).max(200).optional(),
  }),
  /** The files of a folder that a window chose, each by its path in it; others than an encoder's are refused. */
  z.object({
    kind: z.literal('files'),
    folder: z.string().trim().min(1).max(200),
    files: z
      .array(z.object({ path: z.string().refine(belongsToEncoder), source }))
      .min(1)
      .max(40),
  }),
  z.object({ kind: z.literal('minilm') }),
  z.object({
    kind: z.literal('vectors'),
    vectors: source,
    sentences: source,
    title: z.string().trim().min(1).max(200).optional(),
  }),
]);
export type EncoderSource = z.infer<typeof encoderSource>;

export const languageModelsCalls = {
  list: call.input(nothing).output(z.array(languageModel)),
  /** Ends with `done`; ending the feed early cancels and leaves no trace. The text is one sentence a line. */
  train: call
    .input(z.object({ source, settings: languageModelSettings }))
    .output(eventIterator(languageModelEvent)),
  /** An ARPA file (plain or gzip) or a model file of the workbench. */
  import: call
    .input(z.object({ source, title: z.string().trim().min(1).max(200).optional() }))
    .output(eventIterator(languageModelEvent)),
  /** Only a person's own. */
  remove: call.input(byId).output(z.object({})),
};

export const encodersCalls = {
  list: call.input(nothing).output(z.array(encoder)),
  /** Ends with `done`; ending the feed early cancels and leaves no trace. */
  import: call.input(z.object({ from: encoderSource })).output(eventIterator(encoderEvent)),
  remove: call.input(byId).output(z.object({})),
  /** The encoders whose vectors of a data set are there. */
  represented: call.input(z.object({ dataSetId: z.string() })).output(z.array(representations)),
  /** Computes the vectors of a data set, once. Ending the feed early cancels and leaves no trace. */
  represent: call
    .input(z.object({ dataSetId: z.string(), encoderId: z.string() }))
    .output(eventIterator(representationsEvent)),
};
