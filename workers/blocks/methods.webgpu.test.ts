import { availableBackends } from '../tensor/index.ts';
import { agreementLaws } from './methods.agreement.ts';

const native = availableBackends().find(({ backend }) => backend === 'cpu')!.available;
agreementLaws(native ? 'cpu' : 'wasm', 'webgpu', { count: 3, tolerance: 2e-5 });
