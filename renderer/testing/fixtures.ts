/** Entities for component tests and for looking at views without a main process. Never part of the bundle. */
export * from './fixtures/curves.ts';
export * from './fixtures/data-set.ts';
export * from './fixtures/devices.ts';
export * from './fixtures/models.ts';
export * from './fixtures/runs.ts';
export * from './fixtures/samples.ts';
export * from './fixtures/text.ts';
