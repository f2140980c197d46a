import { lstmLaws } from './lstm.laws.ts';

lstmLaws('wasm');
