import ui from '@nuxt/ui/vue-plugin';
import { flushPromises, mount } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { vi } from 'vitest';
import { defineComponent, h, type Component } from 'vue';
import { createMemoryHistory } from 'vue-router';
import { UApp } from '../kit.ts';
import { workbenchRouter } from '../router.ts';
import { servicesKey } from '../services.ts';
import { useFeed } from '../stores/feed.ts';
import { i18n } from '../text/index.ts';
import { fake, type Fake } from './fake.ts';

// Nothing is laid out here. Charts ask for the size of their place all the same, and were its rows of no height, the
// whole of a long list would be in sight.
Object.defineProperties(HTMLElement.prototype, {
  clientWidth: { configurable: true, get: () => 800 },
  clientHeight: { configurable: true, get: () => 600 },
  offsetHeight: { configurable: true, get: () => 40 },
});

/** Mounts a view inside the frame it needs, with every store loaded from a fake main process. */
export async function mountView(
  view: Component,
  options: { props?: Record<string, unknown>; path?: string; services?: Fake } = {},
) {
  localStorage.clear();
  const services = options.services ?? fake();
  const pinia = createPinia();
  const router = workbenchRouter(createMemoryHistory());
  await router.push(options.path ?? '/settings');
  const ending = new AbortController();
  const Frame = defineComponent({
    setup() {
      const feed = useFeed();
      void feed.follow(ending.signal);
      return () => h(UApp, null, { default: () => (feed.ready ? h(view, options.props) : null) });
    },
  });
  const wrapper = mount(Frame, {
    attachTo: document.body,
    global: { plugins: [pinia, router, i18n, ui], provide: { [servicesKey as symbol]: services } },
  });
  await settle();
  return {
    wrapper,
    services,
    router,
    /** Ends the feed and takes the view out of the document. */
    leave: () => {
      ending.abort();
      wrapper.unmount();
    },
  };
}

/**
 * Lets calls, their answers and debounced questions happen. Parts that are loaded when first shown are waited for
 * by their loading, not by the clock: on a busy machine that takes longer than any fixed wait.
 */
export async function settle(ms = 200): Promise<void> {
  await flushPromises();
  await vi.dynamicImportSettled();
  await new Promise((resolve) => setTimeout(resolve, ms));
  await flushPromises();
}

/** Elements as a person finds them: by role and name. Throws with what is there when there is not exactly one. */
export function byName(root: ParentNode, selector: string, name: string | RegExp): HTMLElement {
  const all = [...root.querySelectorAll<HTMLElement>(selector)];
  const found = all.filter((element) =>
    name instanceof RegExp ? name.test(nameOf(element)) : nameOf(element) === name,
  );
  if (found.length !== 1) {
    throw new Error(`${found.length} × ${selector} «${name}» among: ${all.map(nameOf).join(' | ')}`);
  }
  return found[0]!;
}

function nameOf(element: HTMLElement): string {
  const labelled = element.getAttribute('aria-labelledby');
  const text =
    element.getAttribute('aria-label') ??
    (labelled === null ? null : document.getElementById(labelled)?.textContent) ??
    document.querySelector(`label[for="${element.id}"]`)?.textContent ??
    element.closest('label')?.textContent ??
    element.textContent;
  return (text ?? '').replace(/\s+/g, ' ').trim();
}
