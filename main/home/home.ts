import { mkdirSync } from 'node:fs';
import path from 'node:path';

/** Where everything lies in a data folder. */
export interface Home {
  readonly folder: string;
  readonly store: string;
  readonly logs: string;
  dataSet(id: string): string;
  /** Imports happen here and move to `dataSet(id)` when they are whole. */
  readonly incoming: string;
  readonly dataSets: string;
  /** Models a person trained or brought, one file each; those still being made have names with a dot in front. */
  readonly languageModels: string;
  /** Sentence encoders that a person brought, a folder each; those still being made have names with a dot in front. */
  readonly encoders: string;
  run(id: string): string;
  readonly runs: string;
}

/** Makes the folders; they are the user's alone, for a corpus may be confidential. */
export function openHome(folder: string): Home {
  const home: Home = {
    folder,
    store: path.join(folder, 'workbench.sqlite'),
    logs: path.join(folder, 'logs'),
    dataSets: path.join(folder, 'datasets'),
    dataSet: (id) => path.join(folder, 'datasets', id),
    incoming: path.join(folder, 'datasets', '.incoming'),
    languageModels: path.join(folder, 'language-models'),
    encoders: path.join(folder, 'encoders'),
    runs: path.join(folder, 'runs'),
    run: (id) => path.join(folder, 'runs', id),
  };
  for (const place of [folder, home.logs, home.dataSets, home.languageModels, home.encoders, home.runs])
    mkdirSync(place, { recursive: true, mode: 0o700 });
  return home;
}
