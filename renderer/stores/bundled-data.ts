import { useClient } from '../services.ts';
import { t } from '../text/index.ts';
import { useImporting } from './importing.ts';
import { useAttempt } from './problems.ts';

/** The two data sets that need no file. Each gives the id of the new data set, undefined where it did not come about. */
export function useBundledData() {
  const client = useClient();
  const importing = useImporting();
  const { attempt } = useAttempt();

  return {
    sample: async () =>
      (
        await attempt(() =>
          importing.start(t('data.readSample'), (signal) => client.datasets.importSample({}, { signal })),
        )
      )?.id,
    synthetic: async () =>
      (
        await attempt(() =>
          importing.start(t('data.readSynthetic'), (signal) =>
            client.datasets.importSynthetic({}, { signal }),
          ),
        )
      )?.id,
  };
}
