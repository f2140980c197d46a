import { fusedOpsAgree } from './own-ops.laws.ts';

fusedOpsAgree(true);
