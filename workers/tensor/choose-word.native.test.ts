import { describe } from 'vitest';
import { wordsAreChosen } from './choose-word.laws.ts';
import { availableBackends } from './index.ts';

const installed = availableBackends().find(({ backend }) => backend === 'cpu')!.available;

describe.skipIf(!installed)('on TensorFlow (skipped where it is not installed)', () => wordsAreChosen('cpu'));
