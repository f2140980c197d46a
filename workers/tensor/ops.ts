import { drawWord, likeliest, nextWord, nextWordOf } from './choose-word.ts';
import { lstm, lstmCell } from './lstm.ts';
import { tokenNll } from './token-nll.ts';

/** Ops that TF.js lacks or does slowly; each works on every backend and is differentiable inside `minimise`. */
export const ops = { drawWord, likeliest, nextWord, nextWordOf, lstm, lstmCell, tokenNll };
