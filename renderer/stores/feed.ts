import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { Notice } from '../../contract/entities.ts';
import type { AppEvent } from '../../contract/rpc.ts';
import { useServices } from '../services.ts';
import { useCombinations } from './combinations.ts';
import { useDataSets } from './datasets.ts';
import { useDevices } from './devices.ts';
import { useEncoders } from './encoders.ts';
import { useLanguageModels } from './language-models.ts';
import { useNotices } from './notices.ts';
import { useRuns } from './runs.ts';
import { useSamples } from './samples.ts';
import { useSettings } from './settings.ts';
import { useStudies } from './studies.ts';

/** The one feed of events: it is what keeps every other store equal to the main side. */
export const useFeed = defineStore('feed', () => {
  const { connection } = useServices();
  const runs = useRuns();
  const dataSets = useDataSets();
  const combinations = useCombinations();
  const studies = useStudies();
  const devices = useDevices();
  const languageModels = useLanguageModels();
  const encoders = useEncoders();
  const settings = useSettings();
  const notices = useNotices();
  const samples = useSamples();
  /** False until everything has been loaded once. */
  const ready = ref(false);
  let onNotice: (notice: Notice) => void = () => {};

  async function loadAll(): Promise<void> {
    await Promise.all([
      settings.load(),
      runs.load(),
      dataSets.load(),
      studies.load(),
      combinations.load(),
      devices.load(),
      notices.load(),
      samples.reload(),
    ]);
    ready.value = true;
  }

  async function apply(event: AppEvent): Promise<void> {
    switch (event.kind) {
      case 'run':
        return runs.put(event.run);
      case 'run-removed':
        return runs.forget(event.id);
      case 'points':
        return runs.addPoints(event.runId, event.points);
      case 'probe':
        return runs.addProbe(event.runId, event.probe);
      case 'sample-set':
        return samples.put(event.set);
      case 'devices':
        return devices.put(event.devices);
      case 'data-sets-changed':
        return dataSets.load();
      case 'studies-changed':
        return studies.load();
      case 'combinations-changed':
        return combinations.load();
      case 'language-models-changed':
        return languageModels.load();
      case 'encoders-changed':
        return encoders.load();
      case 'settings':
        return settings.put(event.settings);
      case 'notice':
        if (notices.add(event.notice)) onNotice(event.notice);
        return;
      case 'reload':
        return loadAll();
    }
  }

  /**
   * Follows the feed until `signal` aborts, through every break of the pipe. Each time it begins anew everything is
   * loaded once more: the main side may have been started again meanwhile, with another count of events.
   */
  async function follow(signal: AbortSignal, pause = 1000): Promise<void> {
    let after: number | undefined;
    while (!signal.aborted) {
      try {
        const events = await connection.client.events({ after }, { signal });
        await loadAll();
        for await (const { sequence, event } of events) {
          after = sequence;
          await apply(event);
        }
      } catch (error) {
        // A broken pipe ends the feed; the state of the connection says so on screen, and the loop begins anew.
        if (signal.aborted) return;
        failure.value = error;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  const failure = ref<unknown>(null);
  return {
    ready,
    failure,
    apply,
    follow,
    loadAll,
    whenNoticed: (listener: (notice: Notice) => void) => {
      onNotice = listener;
    },
  };
});
