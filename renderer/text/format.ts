import { format } from '../logic/format.ts';
import { locale } from './index.ts';

/** Numbers and times in the language of the catalogue. */
export const f = format(locale());
