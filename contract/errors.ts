/**
 * Every expected error: a code, facts, and in this catalogue its sentence and remedy. Placeholders in braces are
 * facts. Throw where the fact is known, catch at the border (RPC, CLI, worker). Anything that is not an `AppError`
 * is a bug: it is logged under an id and shown as that id.
 */
const catalogue = {
  'bug.unexpected': {
    sentence: 'Something went wrong that the workbench did not foresee (report number {id}).',
    remedy: 'Nothing was lost. Try again; if it happens again, send the report from the log page.',
  },
  'combinations.file': {
    sentence: 'This is no combination of the workbench: {reason}.',
    remedy: 'Choose a .json file that was exported under «Your own combinations».',
  },
  'combinations.misfit': {
    sentence: 'The building blocks of «{name}» do not fit together ({misfit}).',
    remedy: 'Open it under «Your own combinations», which says in words what to change.',
  },
  'combinations.name-taken': {
    sentence: 'There is a combination called «{name}» already.',
    remedy: 'Give it another name.',
  },
  'combinations.not-found': {
    sentence: 'There is no combination «{id}».',
    remedy: 'It may have been deleted. Runs that were made with it keep what they need.',
  },
  'datasets.not-found': {
    sentence: 'There is no data set «{id}».',
    remedy: 'Choose one from the Data page, or import the file again.',
  },
  'datasets.in-use': {
    sentence: '{runs} runs were made with the data set «{name}».',
    remedy: 'Delete those runs first, so that no result loses its data.',
  },
  'devices.not-found': {
    sentence: 'There is no device «{id}» on this machine.',
    remedy: 'Known devices: {known}.',
  },
  'devices.lost': {
    sentence:
      '{device} is no longer there: the run on it ended at step {step}; its last save is step {saved}.',
    remedy: 'Continue the run from its last save, on another device or on this one once it is back.',
  },
  'devices.none-enabled': {
    sentence: 'Every device is switched off, so nothing can train.',
    remedy: 'Switch a device on under Settings, Devices.',
  },
  'devices.tensor-too-large': {
    sentence:
      '{method} on «{data}» needs up to {needed} in one piece, and {device} holds at most {most} in one piece.',
    remedy: 'Choose a smaller batch, a data set with a smaller vocabulary, or another device.',
  },
  'encoders.architecture': {
    sentence: 'This encoder cannot be used: {reason}.',
    remedy:
      'Encoders are BERT models (config.json, vocab.txt, model.safetensors) whose vector is the mean over tokens.',
  },
  'encoders.cancelled': { sentence: 'The work with the encoder was cancelled.', remedy: 'Nothing was kept.' },
  'encoders.damaged': {
    sentence: '{file} is not the published one: its SHA-256 is {found}, not {wanted}.',
    remedy: 'Download it again.',
  },
  'encoders.download': {
    sentence: 'The encoder could not be downloaded: {reason}.',
    remedy: 'Check the network, or import a folder that you downloaded elsewhere.',
  },
  'encoders.file-missing': {
    sentence: '{folder} has no file {file}.',
    remedy: 'Choose the folder of an encoder, with config.json, vocab.txt and model.safetensors in it.',
  },
  'encoders.format': {
    sentence: '{file} cannot be read: {reason}.',
    remedy: 'Download or copy it again.',
  },
  'encoders.not-found': {
    sentence: 'There is no encoder «{id}».',
    remedy: 'Known encoders: {known}.',
  },
  'encoders.run': {
    sentence: 'Codes of «{name}» cannot be vectors of the data set: {reason}.',
    remedy: 'Choose a run with a code on the same data set, by a method that reads no labels.',
  },
  'encoders.tensor': {
    sentence: 'model.safetensors does not fit config.json: {tensor} is {found}, not {wanted}.',
    remedy: 'Take both files from the same model.',
  },
  'encoders.uncovered': {
    sentence: '{missing} of {total} sentences have no vector in «{title}», for example «{example}».',
    remedy: 'Import vectors for every sentence of the data set, cut as the data set was.',
  },
  'encoders.vectors': {
    sentence: '{file} holds no usable vectors: {reason}.',
    remedy: 'Give a .npy or .safetensors file with one row of numbers for each line of the text.',
  },
  'encoders.vocabulary': {
    sentence: '{file} does not fit this encoder: {reason}.',
    remedy: 'Take vocab.txt and config.json from the same model.',
  },
  'estimates.busy': {
    sentence: '{device} is busy, so nothing can be measured on it now.',
    remedy: 'Measure when a run on it has ended, or choose another device.',
  },
  'estimates.cancelled': { sentence: 'The measurement was cancelled.', remedy: 'Measure again.' },
  'estimates.failed': {
    sentence: 'The measurement ended without a result: {reason}.',
    remedy: 'The estimate is calculated from the settings instead. You can start the study anyway.',
  },
  'exports.nothing': {
    sentence: 'There is nothing to export yet: {what}.',
    remedy: 'Wait for the run to finish, or choose another one.',
  },
  'hand-over.broken': {
    sentence: '{name} did not arrive whole: {reason}.',
    remedy: 'Drop it again. If the disk is full, make room first.',
  },
  'hand-over.missing': {
    sentence: 'There is no file under the number {id}.',
    remedy: 'Files wait for a day: drop the file again, or make the export again.',
  },
  'home.locked': {
    sentence: 'The data folder {home} is already open in another workbench (process {pid}).',
    remedy: 'Close that one, or start with another folder: --home DIR.',
  },
  'import.binary': {
    sentence: '{file} is not a text file (it holds zero bytes or is a picture, archive or document).',
    remedy: 'Save the text as .txt, .csv, .tsv, .jsonl or .json, also inside .gz, and drop that file.',
  },
  'import.cancelled': { sentence: 'The import was cancelled.', remedy: 'Nothing was kept.' },
  'import.column': {
    sentence: '{file} has no column «{column}».',
    remedy: 'Its columns are: {columns}.',
  },
  'import.empty': {
    sentence: '{file} holds no sentence.',
    remedy: 'Check that the file is not empty and that the text column is the right one.',
  },
  'import.encoding': {
    sentence: '{file} is not UTF-8: line {line} holds bytes that are none.',
    remedy: 'Choose the encoding in which the sample lines look right. Best guesses: {guesses}.',
  },
  'import.encoding-unknown': {
    sentence: 'There is no encoding called «{encoding}».',
    remedy: 'Use a name such as utf-8, windows-1252, shift_jis or utf-16le.',
  },
  'import.gzip': {
    sentence: '{file} begins like a gzip file but cannot be unpacked: {reason}.',
    remedy: 'It is probably cut off: download or copy it again.',
  },
  'import.missing': { sentence: 'There is no file {file}.', remedy: 'Check the name and the folder.' },
  'import.split-empty': {
    sentence: 'No sentence is left for the {split} split.',
    remedy: 'Give it a larger share, or add text: every split needs at least one sentence.',
  },
  'import.too-few': {
    sentence: '{file} leaves {sentences} usable sentences; at least {least} are needed to train and test.',
    remedy: 'Add text, or loosen the length limit.',
  },
  'methods.labels': {
    sentence: '{method} reads label column {column}, and «{data}» has {has}.',
    remedy: 'Choose a data set with labels, another column, or another method.',
  },
  'methods.option': {
    sentence: 'The option «{option}» of {method} cannot be {value}: {reason}.',
    remedy: 'Correct the value and start again.',
  },
  'methods.unknown': { sentence: 'There is no method «{id}».', remedy: 'Methods: {known}.' },
  'methods.unknown-option': {
    sentence: '{method} has no option «{option}».',
    remedy: 'Its options are: {known}.',
  },
  'methods.vectors': {
    sentence: 'The vectors «{source}» are not there any more, or are not of these sentences.',
    remedy: 'Compute them again (`encoder vectors` on the command line), and start again.',
  },
  'methods.vectors-missing': {
    sentence: '{method} is to read vectors of «{data}», and {reason}.',
    remedy:
      'Bring an encoder or vectors and compute them for the data set (`encoder import`, `encoder vectors`), name one of those that are there, or choose outlines of the run’s own. There are: {known}.',
  },
  'ngram.arpa': {
    sentence: '{file} is not a complete ARPA model (line {line}: {reason}).',
    remedy: 'Write or copy the file again.',
  },
  'ngram.cancelled': { sentence: 'The language model was cancelled.', remedy: 'Nothing was kept.' },
  'ngram.corpus-missing': {
    sentence: 'The text of the general language model is not there: {reason}.',
    remedy: 'Run the set-up again (npm start).',
  },
  'ngram.damaged': {
    sentence: 'The language model {file} is damaged: {reason}.',
    remedy: 'Build it or copy it again.',
  },
  'ngram.discount-missing': {
    sentence: 'The discounts for n-grams of order {order} cannot be estimated: {reason}.',
    remedy: 'Give more text, or allow fixed discounts (--discount-fallback).',
  },
  'ngram.discount-range': {
    sentence: 'The discounts for n-grams of order {order} cannot be estimated: {reason}.',
    remedy: 'Give more text, drop repeated sentences, or allow fixed discounts (--discount-fallback).',
  },
  'ngram.empty': {
    sentence: 'There is no sentence to make a language model from.',
    remedy: 'Check that the file is not empty.',
  },
  'ngram.format': {
    sentence: '{file} is neither a language model of the workbench nor an ARPA file.',
    remedy: 'Choose a file made by «ngram train», or an .arpa or .arpa.gz file.',
  },
  'ngram.model-missing': {
    sentence: 'There is no language model at {path}.',
    remedy: 'Build it with the set-up (npm start), or choose another one.',
  },
  'ngram.not-own': {
    sentence: 'The language model «{title}» belongs to the workbench or to a data set.',
    remedy: 'Only models that you trained or brought yourself can be deleted here.',
  },
  'ngram.option': {
    sentence: 'The option «{option}» of the language model is not valid: {reason}.',
    remedy: 'Correct it and start again.',
  },
  'ngram.reserved-word': {
    sentence: 'Line {line} holds «{word}», which the language model keeps for itself.',
    remedy: 'Remove it from the text, or let such words be skipped (--skip-reserved).',
  },
  'ngram.unreadable': {
    sentence: '{file} cannot be read: {reason}.',
    remedy: 'Check the name and the folder.',
  },
  'ngram.version': {
    sentence: 'The language model {file} has format version {found}; this workbench reads version {known}.',
    remedy: 'Build it again from its text.',
  },
  'runs.not-found': { sentence: 'There is no run «{id}».', remedy: 'It may have been deleted.' },
  'runs.no-model': {
    sentence: 'The run «{name}» has no saved model yet.',
    remedy: 'Wait for its first save, or continue it.',
  },
  'runs.not-pausable': {
    sentence: 'The run «{name}» is {status}, so it cannot be {action}.',
    remedy: 'Open the run to see what can be done with it.',
  },
  'samples.label': {
    sentence: '«{label}» is no value of the label «{column}».',
    remedy: 'Its values are: {known}.',
  },
  'samples.label-unseen': {
    sentence:
      'No sentence that the model learned from bears label value number {label}; it knows {count} values.',
    remedy: 'Choose another value.',
  },
  'samples.no-label': {
    sentence: '{method} is told no label, so it cannot rewrite a sentence with another one.',
    remedy: 'Train a method that is, such as the fair VAE or the Fader network, on data with labels.',
  },
  'samples.no-prior': {
    sentence: '{method} has no latent code, so it cannot {action}.',
    remedy: 'Choose a run with a latent code.',
  },
  'samples.no-vectors': {
    sentence:
      'The vectors of this model were made elsewhere, for the sentences of its data set, and «{sentence}» is none of them.',
    remedy: 'Choose a sentence of the data set, or train the method with outlines of the run’s own.',
  },
  'samples.not-found': { sentence: 'There is no sample set «{id}».', remedy: 'Make the samples again.' },
  'samples.pattern': {
    sentence: 'The search pattern is not valid: {reason}.',
    remedy: 'Correct it, or switch the pattern search off.',
  },
  'server.port-taken': {
    sentence: 'Port {port} is in use by another program.',
    remedy: 'Choose another one with --port, or leave --port away and a free one is found.',
  },
  'store.migration': {
    sentence: 'The store {file} could not be brought to version {version}: {reason}.',
    remedy: 'Nothing was changed; a copy lies at {copy}. Start the version of the workbench that made it.',
  },
  'store.newer': {
    sentence: 'The store {file} was made by a newer workbench (version {found}, this one knows {known}).',
    remedy: 'Update the workbench.',
  },
  'studies.not-found': { sentence: 'There is no study «{id}».', remedy: 'It may have been deleted.' },
  'tensor.device': {
    sentence: '{device} could not compute a step: {reason}.',
    remedy: 'Choose a smaller size, or train on another device. The run goes on from its last save.',
  },
  'tensor.backend-missing': {
    sentence: 'The backend {backend} is not available here: {reason}.',
    remedy: 'Choose another device.',
  },
  'worker.crashed': {
    sentence: 'The run stopped unexpectedly at step {step}; its last save is step {saved}.',
    remedy: 'Continue it from its last save.',
  },
  'worker.not-finite': {
    sentence: 'The loss is no longer a number since step {step}.',
    remedy: 'The last good save (step {saved}) was kept. Lower the learning rate or the clipping norm.',
  },
  'worker.resume-mismatch': {
    sentence: 'The saved state of this run does not fit its settings: {reason}.',
    remedy: 'Start the run anew.',
  },
} as const satisfies Record<string, { sentence: string; remedy: string }>;

export type ErrorCode = keyof typeof catalogue;
export type Facts = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export const errorCodes = Object.keys(catalogue) as ErrorCode[];

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code);
}

function fill(template: string, facts: Facts): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const fact = facts[name];
    return Array.isArray(fact) ? fact.join(', ') : String(fact ?? '?');
  });
}

/** Sentence and remedy for a person, with the facts filled in. */
export function explain(code: ErrorCode, facts: Facts = {}): { sentence: string; remedy: string } {
  const { sentence, remedy } = catalogue[code];
  return { sentence: fill(sentence, facts), remedy: fill(remedy, facts) };
}

/** An error that was foreseen. `message` is the English sentence, for logs. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly facts: Facts;
  constructor(code: ErrorCode, facts: Facts = {}) {
    super(explain(code, facts).sentence);
    this.name = 'AppError';
    this.code = code;
    this.facts = facts;
  }
}

/** What crosses a border: the plain form of any error. */
export interface PlainError {
  code: ErrorCode;
  facts: Facts;
}

/** `report` is told of a bug and returns the id under which it was logged. */
export function toPlainError(error: unknown, report: (error: unknown) => string): PlainError {
  if (error instanceof AppError) return { code: error.code, facts: error.facts };
  return { code: 'bug.unexpected', facts: { id: report(error) } };
}
