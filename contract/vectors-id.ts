/** What vectors of a data set are kept under: the id of their encoder, or that of the run whose codes they are. */
export const vectorsId = /^(bert|vectors|run)-[0-9a-f-]{8,64}$/;

const prefix = 'run-';
export const vectorsOfRun = (runId: string): string => prefix + runId;
/** The run whose codes they are; undefined for those of an encoder. */
export const runOfVectors = (id: string): string | undefined =>
  id.startsWith(prefix) ? id.slice(prefix.length) : undefined;
