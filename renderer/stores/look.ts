import { defineStore } from 'pinia';
import { computed } from 'vue';
import { useShade } from '../theme/theme.ts';
import { useSettings } from './settings.ts';

/** Which palette is shown: charts need its colours as values. */
export const useLook = defineStore('look', () => {
  const settings = useSettings();
  return { shade: useShade(computed(() => settings.values.theme)) };
});
