import { methodLaws } from './methods.laws.ts';

methodLaws('wasm');
