import { vmfLaws } from './vmf.laws.ts';

vmfLaws('wasm');
