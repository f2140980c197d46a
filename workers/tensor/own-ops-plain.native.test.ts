import { fusedOpsAgree } from './own-ops.laws.ts';

// Looked at when the first op is called.
process.env['LATENT_WORKBENCH_INSTRUCTIONS'] = 'plain';

fusedOpsAgree(true);
