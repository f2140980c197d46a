import { fusedOpsAgree } from './own-ops.laws.ts';

// Looked at when the first op is called; a processor without them takes plain instructions.
process.env['LATENT_WORKBENCH_INSTRUCTIONS'] = 'avx2';

fusedOpsAgree(true);
