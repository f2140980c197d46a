import type { MenuItemConstructorOptions } from 'electron';

const words = {
  en: {
    file: 'File',
    folder: 'Show the data folder',
    close: 'Close',
    quit: 'Quit',
    edit: 'Edit',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    selectAll: 'Select all',
    view: 'View',
    actualSize: 'Actual size',
    larger: 'Larger',
    smaller: 'Smaller',
    fullScreen: 'Full screen',
    reload: 'Load again',
    tools: 'Developer tools',
    window: 'Window',
    minimize: 'Minimise',
    about: 'About Latent Workbench',
  },
  de: {
    file: 'Datei',
    folder: 'Datenordner zeigen',
    close: 'Schließen',
    quit: 'Beenden',
    edit: 'Bearbeiten',
    undo: 'Rückgängig',
    redo: 'Wiederholen',
    cut: 'Ausschneiden',
    copy: 'Kopieren',
    paste: 'Einfügen',
    selectAll: 'Alles auswählen',
    view: 'Ansicht',
    actualSize: 'Tatsächliche Größe',
    larger: 'Größer',
    smaller: 'Kleiner',
    fullScreen: 'Vollbild',
    reload: 'Neu laden',
    tools: 'Entwicklerwerkzeuge',
    window: 'Fenster',
    minimize: 'Minimieren',
    about: 'Über Latent Workbench',
  },
} as const;

export interface MenuSituation {
  /** Language of the system, such as `de-CH`. */
  locale: string;
  platform: NodeJS.Platform;
  /** Whether this is the application as people get it. */
  packed: boolean;
  showDataFolder(): void;
}

/** The menu bar. What the workbench itself can do stands in its own command list, in both shells. */
export function menu({
  locale,
  platform,
  packed,
  showDataFolder,
}: MenuSituation): MenuItemConstructorOptions[] {
  const language = locale.slice(0, 2).toLowerCase();
  const w = words[language in words ? (language as keyof typeof words) : 'en'];
  const mac = platform === 'darwin';
  const separator = { type: 'separator' } as const;
  const about = { role: 'about', label: w.about } as const;
  return [
    ...(mac
      ? [{ label: 'Latent Workbench', submenu: [about, separator, { role: 'quit', label: w.quit } as const] }]
      : []),
    {
      label: w.file,
      submenu: [
        { label: w.folder, click: showDataFolder },
        separator,
        mac ? { role: 'close', label: w.close } : { role: 'quit', label: w.quit },
      ],
    },
    {
      label: w.edit,
      submenu: [
        { role: 'undo', label: w.undo },
        { role: 'redo', label: w.redo },
        separator,
        { role: 'cut', label: w.cut },
        { role: 'copy', label: w.copy },
        { role: 'paste', label: w.paste },
        { role: 'selectAll', label: w.selectAll },
      ],
    },
    {
      label: w.view,
      submenu: [
        { role: 'resetZoom', label: w.actualSize },
        { role: 'zoomIn', label: w.larger },
        { role: 'zoomOut', label: w.smaller },
        separator,
        { role: 'togglefullscreen', label: w.fullScreen },
        { role: 'reload', label: w.reload },
        ...(packed ? [] : [{ role: 'toggleDevTools', label: w.tools } as const]),
      ],
    },
    {
      label: w.window,
      submenu: [{ role: 'minimize', label: w.minimize }, ...(mac ? [] : [separator, about])],
    },
  ];
}
