import { plainError } from '../contract/entities.ts';
import { AppError } from '../contract/errors.ts';
import { uploadReceipt, type Host, type WindowBridge } from '../contract/host.ts';

declare global {
  interface Window {
    readonly latentWorkbench?: WindowBridge;
  }
}

/** The shell this page runs in. */
export function currentHost(): Host {
  return window.latentWorkbench ? windowHost(window.latentWorkbench) : browserHost();
}

/** The desktop window: files are paths, saving and notices are the system's own. */
export function windowHost(bridge: WindowBridge): Host {
  return {
    shell: 'window',
    handOver: (file) => {
      const path = bridge.pathFor(file);
      if (path === '') return Promise.reject(new Error(`${file.name} is not a file of this machine`));
      return Promise.resolve({ kind: 'path', path });
    },
    save: (ticket) => bridge.save(ticket),
    notify: (alert) => bridge.notify(alert),
  };
}

/** A browser tab: files are uploaded to the loopback server and fetched from it. */
export function browserHost(): Host {
  return {
    shell: 'browser',
    handOver: async (file) => {
      const answer = await fetch(`/upload?name=${encodeURIComponent(file.name)}`, {
        method: 'POST',
        body: file,
      });
      if (!answer.ok) throw await refusal(answer, file.name);
      const { uploadId, name } = uploadReceipt.parse(await answer.json());
      return { kind: 'upload', uploadId, name };
    },
    save: (ticket) => {
      const link = document.createElement('a');
      link.href = `/download/${encodeURIComponent(ticket.exportId)}`;
      link.download = ticket.name;
      document.body.append(link);
      link.click();
      link.remove();
      return Promise.resolve(true);
    },
    notify: async ({ title, body }) => {
      if (!('Notification' in window)) return false;
      const allowed =
        Notification.permission === 'default'
          ? await Notification.requestPermission()
          : Notification.permission;
      if (allowed !== 'granted') return false;
      new Notification(title, { body });
      return true;
    },
  };
}

/** What the server said about an upload that it did not take. */
async function refusal(answer: Response, name: string): Promise<Error> {
  const said = plainError.safeParse(await answer.json().catch(() => null));
  if (said.success) return new AppError(said.data.code, said.data.facts);
  return new Error(`the upload of ${name} failed with status ${answer.status}`);
}
