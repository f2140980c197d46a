export const common = {
  product: 'Latent Workbench',
  cancel: 'Cancel',
  back: 'Back',
  next: 'Next',
  remove: 'Delete',
  rename: 'Rename',
  undo: 'Undo',
  more: 'More actions',
  yes: 'Yes',
  no: 'No',
  loading: 'Loading…',
  newName: 'New name',
  stepShort: 'step {step}',
  unknown: 'unknown',
} as const;

export const shell = {
  navigation: 'Main navigation',
  skip: 'Skip to the content',
  data: 'Data',
  newStudy: 'New study',
  queue: 'Queue',
  runs: 'Runs',
  samples: 'Samples',
  compare: 'Compare',
  settings: 'Settings',
  help: 'Help',
  running: '{n} running',
  lost: 'The workbench cannot be reached. Trying again…',
  connecting: 'Connecting to the workbench…',
  failedLoad: 'The workbench answered, but its data could not be read.',
} as const;

export const problem = {
  notConnected: 'The workbench cannot be reached.',
  notConnectedRemedy:
    'Check that it is still running where you started it. This page connects again by itself.',
  upload: 'The file could not be handed over: {reason}.',
  uploadRemedy: 'Check that the file can still be opened, then try again.',
  bug: 'Something went wrong that the workbench did not foresee ({reason}).',
  bugRemedy: 'Nothing was lost. Try again; if it happens again, look into the log of the workbench.',
} as const;

export const notices = {
  title: 'Notices',
  /** Read after their number. */
  unread: ' new',
  empty: 'Nothing has happened yet. Runs that finish, fail or ignore their code are announced here.',
  clear: 'Clear all',
  openRun: 'Open run',
  messages: 'Messages',
  closeMessage: 'Close message',
  goneRun: 'a deleted run',
  finished: '«{run}» has finished.',
  failed: '«{run}» has failed.',
  crashed: '«{run}» stopped unexpectedly.',
  collapsed: 'The code of «{run}» is being ignored.',
  'over-fitting': '«{run}» is over-fitting: its validation NLL has been rising.',
} as const;

export const status = {
  queued: 'Waiting',
  starting: 'Starting',
  running: 'Running',
  pausing: 'Pausing',
  paused: 'Paused',
  stopping: 'Stopping',
  finished: 'Finished',
  stopped: 'Stopped early',
  failed: 'Failed',
  crashed: 'Crashed',
} as const;

export const phase = {
  preparing: 'preparing',
  training: 'training',
  validating: 'measuring on the validation split',
  testing: 'measuring on the test split',
  sampling: 'writing samples',
  scoring: 'scoring samples',
  saving: 'saving',
} as const;

export const size = {
  quick: 'Quick look',
  standard: 'Standard',
  thorough: 'Thorough',
} as const;

export const splits = {
  train: 'Training',
  validation: 'Validation',
  test: 'Test',
  evaluator: 'Evaluator',
} as const;

export const decoding = {
  temperature: 'Drawn at temperature {temperature}',
  greedy: 'Greedy',
  beam: 'Beam search, width {width}',
  prior: 'From the prior',
  sentences: 'From codes of training sentences',
  reconstruction: 'Reconstructions',
  outline: 'From outlines of real sentences',
} as const;
