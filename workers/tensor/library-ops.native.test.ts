import { fusedOpsAgree } from './own-ops.laws.ts';

// Looked at when the first op is asked for. Cards and addons compiled elsewhere go by these ops.
process.env['LATENT_WORKBENCH_OWN_OPS'] = '0';

fusedOpsAgree(false);
