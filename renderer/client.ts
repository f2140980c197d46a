/**
 * The only file that knows how calls travel: a socket in a browser tab, a message port in the desktop window.
 * Everyone else sees `Client`, typed by the contract, and a state that says whether the pipe is open.
 */
import { createORPCClient, ORPCError } from '@orpc/client';
import type { ClientLink } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { readonly, ref } from 'vue';
import type { Ref } from 'vue';
import { plainError } from '../contract/entities.ts';
import type { PlainError } from '../contract/errors.ts';
import { windowChannels } from '../contract/host.ts';
import type { Contract } from '../contract/rpc.ts';

export type Client = ContractRouterClient<Contract>;
export type PipeState = 'connecting' | 'open' | 'lost';

export interface Connection {
  readonly client: Client;
  readonly state: Readonly<Ref<PipeState>>;
  close(): void;
}

type Link = ClientLink<Record<never, never>>;

/** A call was made while the workbench could not be reached, or the pipe broke while it was under way. */
export class NotConnected extends Error {
  constructor() {
    super('the workbench cannot be reached');
    this.name = 'NotConnected';
  }
}

const waits = [250, 500, 1000, 2000, 4000];
/** A call made while the pipe is down waits so long for it before it fails. */
const patience = 8000;

/** Over the loopback server that served this page. Opens again by itself whenever the socket breaks. */
export function connectSocket(url: string): Connection {
  const state = ref<PipeState>('connecting');
  let socket: WebSocket | undefined;
  let link: Link | undefined;
  let waiting: (() => void)[] = [];
  let failures = 0;
  let closed = false;

  function open(): void {
    const fresh = new WebSocket(url);
    socket = fresh;
    fresh.binaryType = 'arraybuffer';
    fresh.addEventListener('open', () => {
      failures = 0;
      link = new SocketLink({ websocket: fresh });
      state.value = 'open';
      for (const go of waiting) go();
      waiting = [];
    });
    fresh.addEventListener('close', () => {
      link = undefined;
      if (closed) return;
      state.value = failures === 0 && state.value === 'connecting' ? 'connecting' : 'lost';
      setTimeout(open, waits[Math.min(failures, waits.length - 1)]);
      failures += 1;
    });
  }

  async function ready(): Promise<Link> {
    if (!link) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        setTimeout(resolve, patience);
      });
    }
    if (!link) throw new NotConnected();
    return link;
  }

  open();
  const steady: Link = {
    call: async (path, input, options) => (await ready()).call(path, input, options),
  };
  return {
    client: createORPCClient(steady),
    state: readonly(state),
    close: () => {
      closed = true;
      socket?.close();
    },
  };
}

/** Over a port that the preload of the desktop window hands to the main process. */
export function connectPort(): Connection {
  const { port1, port2 } = new MessageChannel();
  port1.start();
  window.postMessage(windowChannels.connect, window.location.origin, [port2]);
  return {
    client: createORPCClient(new PortLink({ port: port1 })),
    state: readonly(ref<PipeState>('open')),
    close: () => port1.close(),
  };
}

/** The expected error that a call failed with; null for a broken pipe or a bug. */
export function expectedError(error: unknown): PlainError | null {
  if (!(error instanceof ORPCError) || error.code !== 'EXPECTED') return null;
  const parsed = plainError.safeParse(error.data);
  return parsed.success ? parsed.data : null;
}
