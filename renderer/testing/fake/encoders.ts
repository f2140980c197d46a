import { publishedMiniLm, type Encoder } from '../../../contract/encoders.ts';
import { runOfVectors } from '../../../contract/vectors-id.ts';
import { found, os, pause, refuse, type World } from './world.ts';

/**
 * A folder is refused when it is called «odd», the download when `state.offline` says so, and the codes of a run that
 * reads labels always.
 */
export function encodersOf({ state, send, delay }: World) {
  const changed = () => send({ kind: 'encoders-changed' });
  return {
    list: os.encoders.list.handler(() => state.encoders),
    import: os.encoders.import.handler(async function* ({ input: { from }, errors }) {
      if (from.kind === 'minilm') {
        for (const share of [0, 0.3, 0.8]) {
          yield { kind: 'progress' as const, stage: 'downloading' as const, share };
          await pause(delay);
        }
        if (state.offline)
          refuse(errors, 'encoders.download', { reason: 'the Python package index does not answer' });
      }
      yield { kind: 'progress' as const, stage: 'checking' as const, share: 0 };
      await pause(delay);
      const name = from.kind === 'files' ? from.folder : publishedMiniLm.title;
      if (name === 'odd') refuse(errors, 'encoders.architecture', { reason: 'its model_type is «mpnet»' });
      const { package: its, version, width, layers, licence } = publishedMiniLm;
      const encoder: Encoder = {
        ...{ id: 'bert-55f9ea30a2515ae3', kind: 'bert', title: name, width, layers },
        ...{ normalise: true, sentences: null, bytes: 91_100_000 },
        licence: from.kind === 'minilm' ? licence : null,
        origin:
          from.kind === 'minilm' ? { kind: 'package', name: `${its} ${version}` } : { kind: 'folder', name },
      };
      state.encoders = [...state.encoders.filter(({ id }) => id !== encoder.id), encoder];
      changed();
      yield { kind: 'done' as const, encoder };
    }),
    remove: os.encoders.remove.handler(({ input }) => {
      state.encoders = state.encoders.filter(({ id }) => id !== input.id);
      changed();
      return {};
    }),
    represented: os.encoders.represented.handler(({ input }) => state.vectors[input.dataSetId] ?? []),
    represent: os.encoders.represent.handler(async function* ({ input: { dataSetId, encoderId }, errors }) {
      const run = state.runs.find(({ id }) => id === runOfVectors(encoderId));
      for (const share of [0.2, 0.6]) {
        yield { kind: 'progress' as const, stage: 'encoding' as const, share };
        await pause(delay);
      }
      if (run && run.options['labelColumn'] !== undefined)
        refuse(errors, 'encoders.run', { name: run.name, reason: 'it leaves sentences without a label out' });
      const { train, validation, test } = found(state.dataSets.find(({ id }) => id === dataSetId)).sentences;
      const width = run
        ? Number(run.options['latent'])
        : found(state.encoders.find(({ id }) => id === encoderId)).width;
      const made = { encoderId, width, sentences: { train, validation, test } };
      state.vectors[dataSetId] = [...(state.vectors[dataSetId] ?? []), made];
      changed();
      yield { kind: 'done' as const, representations: made };
    }),
  };
}
