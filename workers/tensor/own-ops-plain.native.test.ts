import { fusedOpsAgree } from './own-ops.laws.ts';

// Both are looked at when the first op is called. Three parts do not divide what two do.
process.env['LATENT_WORKBENCH_INSTRUCTIONS'] = 'plain';
process.env['TF_NUM_INTRAOP_THREADS'] = '3';

fusedOpsAgree(true);
