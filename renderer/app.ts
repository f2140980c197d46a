import ui from '@nuxt/ui/vue-plugin';
import { createPinia } from 'pinia';
import { createApp, type App } from 'vue';
import WorkbenchApp from './WorkbenchApp.vue';
import { workbenchRouter } from './router.ts';
import { servicesKey, type Services } from './services.ts';
import { i18n } from './text/index.ts';

export function createWorkbench(services: Services): App {
  return createApp(WorkbenchApp)
    .provide(servicesKey, services)
    .use(createPinia())
    .use(workbenchRouter())
    .use(i18n)
    .use(ui);
}
