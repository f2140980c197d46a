import { leakLaws } from './leaks.laws.ts';

leakLaws('wasm');
