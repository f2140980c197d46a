import { refinedLaws } from './refined.laws.ts';

refinedLaws('wasm');
