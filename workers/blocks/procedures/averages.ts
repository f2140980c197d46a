import type { Engine } from '../../tensor/index.ts';
import { optimizer } from './update.ts';

/** Puts the averages that updates keep in the place of the parameters; answers what puts them back. */
export function withAverages(engine: Engine): () => void {
  const trained = engine.snapshot();
  const shown = new Map(trained);
  for (const { name } of engine.parameters) {
    const average = trained.get(`${optimizer}/average/${name}`);
    if (average) shown.set(name, average);
  }
  engine.restore(shown);
  return () => engine.restore(trained);
}
