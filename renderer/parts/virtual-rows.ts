import { useVirtualizer } from '@tanstack/vue-virtual';
import { computed, type ComponentPublicInstance, type Ref } from 'vue';

/**
 * Which rows of a long list are in the document. Short lists are there as a whole, so that find-in-page and screen
 * readers have everything. `measure` is the `ref` of a row, which carries its index as `data-index`: heights may differ.
 */
export function useVirtualRows(
  count: Ref<number>,
  scroller: Ref<HTMLElement | undefined>,
  rowHeight: number,
  wholeUpTo = 150,
) {
  const virtualizer = useVirtualizer(
    computed(() => ({
      count: count.value,
      getScrollElement: () => scroller.value ?? null,
      estimateSize: () => rowHeight,
      overscan: 12,
    })),
  );
  const visible = computed(() => {
    if (count.value <= wholeUpTo) {
      return { indexes: Array.from({ length: count.value }, (_, i) => i), before: 0, after: 0 };
    }
    const items = virtualizer.value.getVirtualItems();
    const total = virtualizer.value.getTotalSize();
    return {
      indexes: items.map((item) => item.index),
      before: items[0]?.start ?? 0,
      after: total - (items.at(-1)?.end ?? 0),
    };
  });
  const measure = (row: Element | ComponentPublicInstance | null) => {
    if (count.value > wholeUpTo) virtualizer.value.measureElement(row as Element | null);
  };
  return { visible, measure };
}
