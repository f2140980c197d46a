import { computed, onScopeDispose, ref, watchEffect } from 'vue';
import type { Ref } from 'vue';
import type { Settings } from '../../contract/entities.ts';

export type Shade = 'light' | 'dark';

/** Which of the two palettes is shown; `system` follows the desktop while the window is open. */
export function useShade(choice: Ref<Settings['theme']>): Ref<Shade> {
  const desktop = window.matchMedia('(prefers-color-scheme: dark)');
  const desktopDark = ref(desktop.matches);
  const changed = (event: MediaQueryListEvent) => (desktopDark.value = event.matches);
  desktop.addEventListener('change', changed);
  onScopeDispose(() => desktop.removeEventListener('change', changed));
  return computed(() => (choice.value === 'system' ? (desktopDark.value ? 'dark' : 'light') : choice.value));
}

/** Puts the shade and the size of sentences on the document as long as the calling component lives. */
export function applyLook(shade: Ref<Shade>, sentenceSize: Ref<number>): void {
  watchEffect(() => {
    const root = document.documentElement;
    root.classList.toggle('dark', shade.value === 'dark');
    root.classList.toggle('light', shade.value === 'light');
    root.style.colorScheme = shade.value;
    root.style.setProperty('--sentence-size', `${sentenceSize.value}px`);
  });
}
