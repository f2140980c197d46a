import { wordsAreChosen } from './choose-word.laws.ts';

wordsAreChosen('wasm');
