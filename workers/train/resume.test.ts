import { resumeLaws } from './resume.laws.ts';

resumeLaws('wasm', 1);
