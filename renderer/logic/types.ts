import type * as z from 'zod';
import type { importEvent, scoredWord, compareRow, studyEstimate } from '../../contract/rpc.ts';

/** Shapes of the contract that it does not name itself. */
export type ImportEvent = z.infer<typeof importEvent>;
export type ScoredWord = z.infer<typeof scoredWord>;
export type CompareRow = z.infer<typeof compareRow>;
export type StudyEstimate = z.infer<typeof studyEstimate>;
