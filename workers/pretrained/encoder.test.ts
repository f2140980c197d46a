import { encoderLaws } from './encoder.laws.ts';

encoderLaws('wasm');
