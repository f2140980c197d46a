import fc from 'fast-check';

/**
 * Property tests draw the same cases on every run, so that a change is judged by what it changed. New cases are looked
 * for on purpose: `PROPERTY_SEED=random npm test -- unit`, or a number to see one run again.
 */
const asked = process.env.PROPERTY_SEED;
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked ?? 20_240_501) });
