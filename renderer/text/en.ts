import * as common from './en/common.ts';
import * as combine from './en/combine.ts';
import * as data from './en/data.ts';
import * as study from './en/study.ts';
import * as run from './en/run.ts';
import * as results from './en/results.ts';
import * as samples from './en/samples.ts';
import * as help from './en/help.ts';
import * as languageModels from './en/language-models.ts';
import * as encoders from './en/encoders.ts';
import { glossary } from './en/glossary.ts';

/** Every word of the window, in English. */
export const en = {
  ...common,
  ...combine,
  ...data,
  ...study,
  ...run,
  ...results,
  ...samples,
  ...help,
  ...languageModels,
  ...encoders,
  glossary,
} as const;
