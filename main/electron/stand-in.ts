import { EventEmitter } from 'node:events';

/**
 * Stands in for the `electron` module in tests: notes what it is told and lets a test play the system. Only what
 * the window shell uses is here; anything else it might touch would be undefined and fail.
 */
export function electronStandIn() {
  const calls: { name: string; args: unknown[] }[] = [];
  const note =
    (name: string) =>
    (...args: unknown[]) => {
      calls.push({ name, args });
    };

  const sessionEvents = new EventEmitter();
  const handlers: Record<string, (...args: never[]) => unknown> = {};
  const session = Object.assign(sessionEvents, {
    setPermissionRequestHandler: (f: (...args: never[]) => unknown) => (handlers['permissionRequest'] = f),
    setPermissionCheckHandler: (f: (...args: never[]) => unknown) => (handlers['permissionCheck'] = f),
    setDevicePermissionHandler: (f: (...args: never[]) => unknown) => (handlers['device'] = f),
    webRequest: { onBeforeRequest: (f: (...args: never[]) => unknown) => (handlers['beforeRequest'] = f) },
  });

  class BrowserWindow extends EventEmitter {
    static windows: BrowserWindow[] = [];
    static getAllWindows = () => BrowserWindow.windows;
    static fromWebContents = (contents: unknown) =>
      BrowserWindow.windows.find((window) => window.webContents === contents) ?? null;
    minimized = false;
    webContents = Object.assign(new EventEmitter(), {
      session,
      setWindowOpenHandler: (f: (...args: never[]) => unknown) => (handlers['windowOpen'] = f),
    });
    options: unknown;
    constructor(options: unknown) {
      super();
      this.options = options;
      BrowserWindow.windows.push(this);
    }
    isMinimized = () => this.minimized;
    restore = () => {
      this.minimized = false;
      note('window.restore')();
    };
    focus = note('window.focus');
    show = note('window.show');
    loadURL = (url: string) => {
      note('window.loadURL')(url);
      return Promise.resolve();
    };
  }

  class Notification extends EventEmitter {
    static supported = true;
    static shown: Notification[] = [];
    static isSupported = () => Notification.supported;
    options: unknown;
    constructor(options: unknown) {
      super();
      this.options = options;
    }
    show = () => Notification.shown.push(this);
  }

  const ipc = new EventEmitter();
  const invoked = new Map<string, (event: unknown, given: unknown) => unknown>();
  const ipcMain = Object.assign(ipc, {
    handle: (channel: string, f: (event: unknown, given: unknown) => unknown) => invoked.set(channel, f),
    removeHandler: (channel: string) => invoked.delete(channel),
  });

  const state = { firstInstance: true, saveTo: undefined as string | undefined, packed: false };
  const app = Object.assign(new EventEmitter(), {
    isPackaged: false,
    setPath: note('app.setPath'),
    getPath: (name: string) => `/people/me/${name}`,
    getVersion: () => '0.1.0',
    getLocale: () => 'de-CH',
    requestSingleInstanceLock: () => state.firstInstance,
    enableSandbox: note('app.enableSandbox'),
    whenReady: () => Promise.resolve(),
    quit: note('app.quit'),
    exit: note('app.exit'),
  });

  let served: ((request: { url: string; method: string }) => Promise<Response>) | undefined;
  const electron = {
    app,
    BrowserWindow,
    Notification,
    ipcMain,
    dialog: {
      showErrorBox: note('dialog.showErrorBox'),
      showSaveDialog: (...args: unknown[]) => {
        note('dialog.showSaveDialog')(...args);
        return Promise.resolve({ canceled: state.saveTo === undefined, filePath: state.saveTo ?? '' });
      },
    },
    Menu: {
      buildFromTemplate: (template: unknown) => ({ template }),
      setApplicationMenu: note('Menu.setApplicationMenu'),
    },
    protocol: {
      registerSchemesAsPrivileged: note('protocol.registerSchemesAsPrivileged'),
      handle: (scheme: string, f: typeof served) => {
        note('protocol.handle')(scheme);
        served = f;
      },
    },
    shell: { openPath: note('shell.openPath') },
  };

  return {
    electron,
    state,
    calls,
    /** Arguments of every call of that name. */
    called: (name: string) => calls.filter((call) => call.name === name).map((call) => call.args),
    /** Plays the system asking one of the handlers that the shell has set. */
    ask: (handler: string, ...args: unknown[]) =>
      (handlers[handler] as (...args: unknown[]) => unknown)(...args),
    invoke: async (channel: string, event: unknown, given: unknown) => invoked.get(channel)?.(event, given),
    listening: () => [...invoked.keys(), ...ipc.eventNames()],
    served: (url: string, method = 'GET') => served!({ url, method }),
    reset() {
      calls.length = 0;
      BrowserWindow.windows = [];
      Notification.shown = [];
      Notification.supported = true;
      Object.assign(state, { firstInstance: true, saveTo: undefined, packed: false });
      invoked.clear();
      for (const emitter of [app, ipc, sessionEvents]) emitter.removeAllListeners();
    },
  };
}
