import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { implement, ORPCError } from '@orpc/server';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { RPCHandler as SocketHandler } from '@orpc/server/ws';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket as NodeSocket, WebSocketServer } from 'ws';
import { windowChannels } from '../contract/host.ts';
import { contract } from '../contract/rpc.ts';
import { connectPort, connectSocket, expectedError, type Connection } from './client.ts';
import { cpu } from './testing/fixtures.ts';

const os = implement(contract);
const router = {
  devices: { list: os.devices.list.handler(() => [cpu]) },
  datasets: {
    get: os.datasets.get.handler(({ input }) => {
      const data = { code: 'datasets.not-found', facts: { id: input.id } };
      throw new ORPCError('EXPECTED', { data });
    }),
  },
};

async function serve(port: number): Promise<{ port: number; stop(): Promise<void> }> {
  const http: Server = createServer();
  const sockets = new WebSocketServer({ server: http });
  const handler = new SocketHandler(router as never);
  sockets.on('connection', (socket) => void handler.upgrade(socket));
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  return {
    port: (http.address() as AddressInfo).port,
    stop: async () => {
      for (const client of sockets.clients) client.terminate();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

let connection: Connection | undefined;
afterEach(() => {
  connection?.close();
  vi.unstubAllGlobals();
});

describe('the socket of a browser tab', () => {
  test('a call that is made while the workbench restarts is answered by the new one', async () => {
    // The document's own sockets do not reach a real server in this test environment.
    vi.stubGlobal('WebSocket', NodeSocket);
    const first = await serve(0);
    connection = connectSocket(`ws://127.0.0.1:${first.port}`);
    expect(await connection.client.devices.list()).toEqual([cpu]);
    expect(connection.state.value).toBe('open');

    await first.stop();
    await vi.waitFor(() => expect(connection!.state.value).toBe('lost'));
    const answer = connection.client.devices.list();
    const second = await serve(first.port);
    expect(await answer).toEqual([cpu]);
    expect(connection.state.value).toBe('open');
    await second.stop();
  });

  test('an expected error arrives with its code and facts', async () => {
    vi.stubGlobal('WebSocket', NodeSocket);
    const server = await serve(0);
    connection = connectSocket(`ws://127.0.0.1:${server.port}`);
    const error = await connection.client.datasets.get({ id: 'gone' }).catch((e: unknown) => e);
    expect(expectedError(error)).toEqual({ code: 'datasets.not-found', facts: { id: 'gone' } });
    expect(expectedError(new Error('other'))).toBeNull();
    await server.stop();
  });
});

test('the desktop window speaks through the port that it hands to the preload', async () => {
  let handed: MessagePort | undefined;
  vi.stubGlobal('postMessage', (message: unknown, _origin: string, ports: MessagePort[]) => {
    if (message === windowChannels.connect) handed = ports[0];
  });
  connection = connectPort();
  expect(handed).toBeDefined();
  new PortHandler(router as never).upgrade(handed!);
  handed!.start();
  expect(await connection.client.devices.list()).toEqual([cpu]);
});
