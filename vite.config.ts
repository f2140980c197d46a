import ui from '@nuxt/ui/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import type { PluginOption } from 'vite';
import { formulas } from './renderer/build/formulas.ts';

/** The plugins that turn renderer sources into JavaScript, the same for the build and for the tests. */
export function rendererPlugins(): PluginOption[] {
  return [
    vue(),
    formulas(),
    ui({
      autoImport: false,
      components: false,
      // The theme is a setting of the workbench, not of the browser: `renderer/theme/theme.ts` applies it.
      colorMode: false,
      ui: {
        colors: { primary: 'iris', neutral: 'slate', success: 'emerald', warning: 'amber', info: 'sky' },
        // The kit's own hover colour takes the text of a button below a contrast of 4.5 : 1.
        button: {
          compoundVariants: [
            { color: 'primary', variant: 'solid', class: 'hover:bg-primary/90 active:bg-primary/90' },
            { color: 'error', variant: 'solid', class: 'hover:bg-error/90 active:bg-error/90' },
          ],
        },
      },
      // Every icon that is named in a source file, and no other, goes into the bundle: nothing asks the network.
      icon: { clientBundle: { scan: true } },
    }),
  ];
}

export default defineConfig({
  root: 'renderer',
  // Relative addresses: the same files are served from `/` by the browser shell and from `app://` by the window.
  base: './',
  publicDir: false,
  plugins: rendererPlugins(),
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'es2024',
    // The content policy of both shells refuses `data:` scripts and fonts from elsewhere; files stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
});
