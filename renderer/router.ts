import { createRouter, createWebHashHistory, type RouterHistory } from 'vue-router';
import { t, type TextKey } from './text/index.ts';

declare module 'vue-router' {
  interface RouteMeta {
    /** Stands in the title of the window. */
    title?: TextKey;
  }
}

/** Addresses are the same in both shells: everything stands behind the hash. */
export function workbenchRouter(history: RouterHistory = createWebHashHistory()) {
  const router = createRouter({
    history,
    routes: [
      { path: '/', component: () => import('./views/HomeView.vue') },
      {
        path: '/welcome',
        meta: { title: 'welcome.title' },
        component: () => import('./views/WelcomeView.vue'),
      },
      { path: '/data', meta: { title: 'shell.data' }, component: () => import('./views/DataView.vue') },
      {
        path: '/data/import',
        meta: { title: 'wizard.title' },
        component: () => import('./views/ImportView.vue'),
      },
      {
        path: '/data/:id',
        meta: { title: 'shell.data' },
        component: () => import('./views/DataSetView.vue'),
        props: true,
      },
      {
        path: '/new',
        meta: { title: 'shell.newStudy' },
        component: () => import('./views/NewStudyView.vue'),
      },
      { path: '/queue', meta: { title: 'shell.queue' }, component: () => import('./views/QueueView.vue') },
      { path: '/runs', meta: { title: 'shell.runs' }, component: () => import('./views/RunsView.vue') },
      {
        path: '/runs/:id',
        meta: { title: 'shell.runs' },
        component: () => import('./views/RunView.vue'),
        props: true,
      },
      {
        path: '/studies/:id',
        meta: { title: 'studyPage.results' },
        component: () => import('./views/StudyView.vue'),
        props: true,
      },
      {
        path: '/samples/:runId?',
        meta: { title: 'shell.samples' },
        component: () => import('./views/SamplesView.vue'),
        props: true,
      },
      {
        path: '/compare',
        meta: { title: 'shell.compare' },
        component: () => import('./views/CompareView.vue'),
      },
      {
        path: '/settings',
        meta: { title: 'shell.settings' },
        component: () => import('./views/SettingsView.vue'),
      },
      { path: '/help', meta: { title: 'shell.help' }, component: () => import('./views/HelpView.vue') },
      { path: '/:rest(.*)*', redirect: '/' },
    ],
  });
  router.afterEach(({ meta }) => {
    const product = t('common.product');
    document.title = meta.title ? `${t(meta.title)} · ${product}` : product;
  });
  return router;
}
