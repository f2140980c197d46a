export const settings = {
  title: 'Settings',
  subtitle: 'They hold for every window of this workbench and are kept.',
  look: 'Look',
  theme: 'Theme',
  themes: { light: 'Light', dark: 'Dark', system: 'As the system' },
  sentenceSize: 'Size of sentences',
  sentenceSizeUnit: 'pixels',
  sentenceExample: 'a small bird that lives near the water and eats insects',
  watch: 'Watching runs',
  collapseText:
    'A run is marked when its KL stays below the limit for so many steps while the KL weight is at least 0.1.',
  collapseKl: 'KL limit',
  collapseKlUnit: 'nats per sentence',
  collapseSteps: 'For how long',
  collapseStepsUnit: 'steps',
  klProblem: 'Between 0 and 10.',
  stepsProblem: 'A whole number from 1 on.',
  sizeProblem: 'Between 12 and 28.',
  notify: 'Tell me when a run ends or its code is ignored',
  notifyText: 'As a notification of the system while this window is in the background. No sound.',
  about: 'This workbench',
  version: 'Version',
  home: 'Data folder',
  shell: 'Shown in',
  shells: { electron: 'a desktop window', browser: 'a browser tab', cli: 'a terminal' },
  local:
    'Nothing leaves this machine: no account, no update check. Another host is asked only when you press the download button of an encoder, and gets none of your text.',
  setUp: 'Set-up',
  states: { ready: 'ready', missing: 'missing', failed: 'failed' },
} as const;

export const help = {
  title: 'Help',
  subtitle: 'How the workbench is meant to be used, and what its words mean.',
  tour: 'Show the first steps',
  path: 'From a text to compared samples',
  steps: {
    data: {
      title: 'Data',
      text: 'Drop a text on the window. A wizard shows what it read and makes a data set.',
    },
    study: {
      title: 'New study',
      text: 'Choose methods from cards, a size and a number of seeds. Time and memory are estimated before you start.',
    },
    queue: {
      title: 'Queue',
      text: 'Runs wait for a free device. Pause, stop and reorder them; they survive a restart.',
    },
    runs: {
      title: 'Runs',
      text: 'Watch the curves, see whether the code is used, and compare what was measured.',
    },
    samples: {
      title: 'Samples',
      text: 'Read what a model writes, see where it surprises, and let it reconstruct sentences.',
    },
    compare: { title: 'Compare', text: 'Put two to four runs side by side, aligned by code, input or rank.' },
  },
  glossary: 'Glossary',
  searchGlossary: 'Search the glossary',
  terms: 'No term | {n} term | {n} terms',
  noTerm: 'No term mentions «{search}».',
  good: 'Good values',
  keys: 'Keys',
  keyTable: {
    charts: { keys: '← →', text: 'in a chart: move through the steps' },
    zoom: { keys: '+ − 0', text: 'in a chart: zoom in, zoom out, show everything' },
    queue: { keys: 'Alt + ↑ ↓', text: 'on a waiting run: move it up or down' },
    numbers: { keys: '↑ ↓', text: 'in a number field: one step more or less' },
    escape: { keys: 'Esc', text: 'close a dialog, clear the cross-hair' },
  },
} as const;

export const welcome = {
  title: 'Welcome to the Latent Workbench',
  text: 'Teach small models to write sentences, see whether their code says anything, and compare what they write. Three steps to the first sentence:',
  data: 'Get a text',
  dataText:
    '30,000 definitions from the WordNet dictionary come with the workbench. Your own file works just as well: drop it on this window.',
  dataButton: 'Use the sample corpus',
  dataDone: '«{name}» is ready.',
  own: 'Choose a file of your own',
  study: 'Train two models',
  studyText:
    'A plain variational autoencoder and one that is trained more aggressively, each for a quick look: a few minutes.',
  studyButton: 'Take a quick look',
  studyRunning: '{n} run under way | {n} runs under way',
  studyDone: '{n} run measured | {n} runs measured',
  studyName: 'First look',
  watchRun: 'Watch it learn',
  samples: 'Read the sentences',
  samplesText: 'When the first run has ended, its sentences can be read, word by word, with their surprisal.',
  samplesButton: 'See samples',
  stepOf: 'Step {n}',
  done: 'done',
  skip: 'Go to the workbench',
} as const;
