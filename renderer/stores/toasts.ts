import { defineStore } from 'pinia';
import { shallowRef } from 'vue';

export interface Toast {
  readonly title: string;
  readonly description?: string;
  readonly tone: 'success' | 'warning' | 'error' | 'neutral';
  readonly icon: string;
  readonly action?: { readonly label: string; readonly run: () => void };
  /** Milliseconds on screen. */
  readonly duration?: number;
}
export type ShownToast = Toast & { readonly id: number };

/** Short messages at the edge of the window. They wait while a person points at them or has the focus in them. */
export const useToasts = defineStore('toasts', () => {
  const shown = shallowRef<readonly ShownToast[]>([]);
  const timers = new Map<number, ReturnType<typeof setTimeout>>();
  let last = 0;

  function close(id: number): void {
    clearTimeout(timers.get(id));
    timers.delete(id);
    shown.value = shown.value.filter((toast) => toast.id !== id);
  }
  function begin({ id, duration = 5000 }: ShownToast): void {
    timers.set(
      id,
      setTimeout(() => close(id), duration),
    );
  }
  function add(toast: Toast): void {
    const fresh = { ...toast, id: (last += 1) };
    shown.value = [...shown.value.slice(-3), fresh];
    begin(fresh);
  }
  return {
    shown,
    add,
    close,
    hold: (toast: ShownToast) => clearTimeout(timers.get(toast.id)),
    release: (toast: ShownToast) => {
      clearTimeout(timers.get(toast.id));
      if (shown.value.some(({ id }) => id === toast.id)) begin(toast);
    },
  };
});
