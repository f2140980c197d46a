import type { EncoderEvent, RepresentationsEvent } from '../../contract/encoders.ts';
import type { LanguageModelEvent } from '../../contract/language-models.ts';
import type { ImportEvent, ImportRequest } from '../datasets/datasets.ts';
import type { LanguageModelRequest } from '../language-models/language-models.ts';
import type { Rooms } from '../rooms.ts';
import { base as os, feedOf } from './base.ts';

/** From calls to rooms, one line a call. What a call means stands in its room, what it looks like in the contract. */
export const router = os.router({
  events: os.events.handler(({ context, input }) => context.feed.follow(input.after)),
  doctor: os.doctor.handler(({ context }) => context.doctor()),
  datasets: {
    list: os.datasets.list.handler(({ context }) => context.dataSets.list()),
    get: os.datasets.get.handler(({ context, input }) => context.dataSets.get(input.id)),
    // A wizard asks again with every change: what it no longer waits for is not read to the end.
    preview: os.datasets.preview.handler(({ context, input, signal }) =>
      context.dataSets.preview(input.sources, input.settings, signal ?? new AbortController().signal),
    ),
    import: os.datasets.import.handler(({ context, input }) =>
      imported(context, { kind: 'import', ...input }),
    ),
    importSample: os.datasets.importSample.handler(({ context }) => imported(context, { kind: 'sample' })),
    importSynthetic: os.datasets.importSynthetic.handler(({ context, input }) =>
      imported(context, { kind: 'synthetic', ...input }),
    ),
    rename: os.datasets.rename.handler(({ context, input }) => context.dataSets.rename(input.id, input.name)),
    remove: os.datasets.remove.handler(async ({ context, input }) => {
      await context.dataSets.remove(input.id);
      return {};
    }),
    sentences: os.datasets.sentences.handler(({ context, input }) =>
      context.dataSets.sentences(input.id, input),
    ),
  },
  studies: {
    list: os.studies.list.handler(({ context }) => context.studies.list()),
    get: os.studies.get.handler(({ context, input }) => context.studies.get(input.id)),
    estimate: os.studies.estimate.handler(({ context, input }) => context.studies.estimate(input)),
    measure: os.studies.measure.handler(({ context, input, signal }) =>
      context.studies.measure(input, signal ?? new AbortController().signal),
    ),
    create: os.studies.create.handler(({ context, input }) => context.studies.create(input)),
    rename: os.studies.rename.handler(({ context, input }) => context.studies.rename(input.id, input.name)),
  },
  combinations: {
    list: os.combinations.list.handler(({ context }) => context.combinations.list()),
    save: os.combinations.save.handler(({ context, input }) =>
      context.combinations.save(input.combination, input.id),
    ),
    bring: os.combinations.bring.handler(({ context, input }) => context.combinations.bring(input.text)),
    export: os.combinations.export.handler(({ context, input }) =>
      context.exports.combination(context.combinations.file(input.id)),
    ),
    remove: os.combinations.remove.handler(({ context, input }) => {
      context.combinations.remove(input.id);
      return {};
    }),
  },
  runs: {
    list: os.runs.list.handler(({ context }) => context.runs.list()),
    get: os.runs.get.handler(({ context, input }) => context.runs.get(input.id)),
    series: os.runs.series.handler(({ context, input }) => context.runs.series(input.id)),
    probes: os.runs.probes.handler(({ context, input }) => context.runs.probes(input.id)),
    log: os.runs.log.handler(({ context, input }) => context.runs.log(input.id)),
    pause: os.runs.pause.handler(({ context, input }) => context.control.pause(input.id)),
    resume: os.runs.resume.handler(({ context, input }) => context.control.resume(input.id)),
    stop: os.runs.stop.handler(({ context, input }) => context.control.stop(input.id, input.keep)),
    continue: os.runs.continue.handler(({ context, input }) => context.control.continue(input.id)),
    annotate: os.runs.annotate.handler(({ context, input: { id, ...annotation } }) =>
      context.runs.annotate(id, annotation),
    ),
    trash: os.runs.trash.handler(({ context, input }) => context.runs.trash(input.ids)),
    restore: os.runs.restore.handler(({ context, input }) => {
      const restored = context.runs.restore(input.ids);
      context.queue.pump();
      return restored;
    }),
    emptyTrash: os.runs.emptyTrash.handler(({ context }) => context.runs.emptyTrash()),
  },
  queue: {
    move: os.queue.move.handler(({ context, input }) => context.queue.move(input.id, input.before)),
    pin: os.queue.pin.handler(({ context, input }) => context.queue.pin(input.id, input.deviceId)),
    remove: os.queue.remove.handler(({ context, input }) => {
      context.queue.remove(input.id);
      return {};
    }),
  },
  devices: {
    list: os.devices.list.handler(({ context }) => context.devices.list()),
    configure: os.devices.configure.handler(({ context, input: { id, ...setting } }) =>
      context.devices.configure(id, setting),
    ),
  },
  samples: {
    sets: os.samples.sets.handler(({ context, input }) => context.samples.sets(input.runId)),
    page: os.samples.page.handler(({ context, input }) => context.samples.page(input)),
    score: os.samples.score.handler(({ context, input }) =>
      context.samples.score(input.setId, input.languageModelId),
    ),
    generate: os.samples.generate.handler(({ context, input: { runId, decoding, count, seed } }) =>
      context.samples.generate(runId, decoding, count, seed),
    ),
    reconstruct: os.samples.reconstruct.handler(({ context, input: { runId, sentence, copies, label } }) =>
      context.samples.reconstruct(runId, sentence, copies, label),
    ),
    interpolate: os.samples.interpolate.handler(({ context, input: { runId, from, to, steps, label } }) =>
      context.samples.interpolate(runId, from, to, steps, label),
    ),
    transfer: os.samples.transfer.handler(({ context, input: { runId, sentence, from, to } }) =>
      context.samples.transfer(runId, sentence, from, to),
    ),
    words: os.samples.words.handler(({ context, input }) =>
      context.samples.words(input.text, input.languageModelId),
    ),
    compare: os.samples.compare.handler(({ context, input: { setIds, align, offset, limit } }) =>
      context.samples.compare(setIds, align, offset, limit),
    ),
  },
  languageModels: {
    list: os.languageModels.list.handler(({ context }) => context.languageModels.list()),
    train: os.languageModels.train.handler(({ context, input }) =>
      made(context, { kind: 'train', ...input }),
    ),
    import: os.languageModels.import.handler(({ context, input }) =>
      made(context, { kind: 'import', ...input }),
    ),
    remove: os.languageModels.remove.handler(async ({ context, input }) => {
      await context.languageModels.remove(input.id);
      return {};
    }),
  },
  encoders: {
    list: os.encoders.list.handler(({ context }) => context.encoders.list()),
    import: os.encoders.import.handler(({ context, input }) =>
      feedOf<EncoderEvent>(context.report, async (push, signal) => {
        await context.encoders.import(input.from, push, signal);
      }),
    ),
    remove: os.encoders.remove.handler(async ({ context, input }) => {
      await context.encoders.remove(input.id);
      return {};
    }),
    represented: os.encoders.represented.handler(({ context, input }) =>
      context.encoders.represented(input.dataSetId),
    ),
    represent: os.encoders.represent.handler(({ context, input }) =>
      feedOf<RepresentationsEvent>(context.report, async (push, signal) => {
        await context.encoders.represent(input, push, signal);
      }),
    ),
  },
  exports: {
    table: os.exports.table.handler(({ context, input: { format, ...table } }) =>
      context.exports.table(table, format),
    ),
    samples: os.exports.samples.handler(({ context, input }) =>
      context.exports.samples(input.setId, input.format),
    ),
    model: os.exports.model.handler(({ context, input }) => context.exports.model(input.runId)),
    series: os.exports.series.handler(({ context, input }) => context.exports.series(input.runIds)),
  },
  settings: {
    get: os.settings.get.handler(({ context }) => context.settings.get()),
    set: os.settings.set.handler(({ context, input }) => context.settings.set(input)),
  },
  notices: {
    list: os.notices.list.handler(({ context }) => context.notices.list()),
    clear: os.notices.clear.handler(({ context }) => {
      context.notices.clear();
      return {};
    }),
  },
});

/** Ending the feed early cancels the work. */
function made(context: Rooms, request: LanguageModelRequest) {
  return feedOf<LanguageModelEvent>(context.report, async (push, signal) => {
    await context.languageModels.make(request, push, signal);
  });
}

/** Ending the feed early cancels the import. */
function imported(context: Rooms, request: ImportRequest) {
  return feedOf<ImportEvent>(context.report, async (push, signal) => {
    await context.dataSets.import(request, push, signal);
  });
}
