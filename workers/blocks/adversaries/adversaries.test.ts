import { adversaryLaws } from './adversaries.laws.ts';

adversaryLaws('wasm');
