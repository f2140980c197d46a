import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { RouterClient } from '@orpc/server';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { serverOfEachTest, type router } from './testing.ts';

const { at, enter, upgrade } = serverOfEachTest();

describe('the pipe', () => {
  async function open() {
    const cookie = await enter();
    const socket = new WebSocket(at.server.address.replace('http', 'ws') + '/rpc', {
      headers: { cookie, origin: at.server.address },
    });
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
    // ws and the browser's WebSocket differ in types of events that the link does not use.
    const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket });
    return { socket, client: createORPCClient<RouterClient<typeof router>>(link) };
  }

  test('carries calls and feeds', async () => {
    const { client } = await open();
    expect(await client.whoAmI()).toBe('the workbench');
    const seen: number[] = [];
    for await (const value of await client.count()) seen.push(value);
    expect(seen).toEqual([1, 2, 3]);
  });

  test('is closed with the server', async () => {
    const { socket } = await open();
    const closed = new Promise((resolve) => socket.on('close', resolve));
    await at.server.close();
    expect(await closed).toBe(1001);
  });

  test('is found at its own address only', async () => {
    const cookie = await enter();
    expect(await upgrade({ cookie }, '/other')).toBe(404);
  });

  test('is cut when a message is larger than any call', async () => {
    const { socket } = await open();
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    socket.send(Buffer.alloc(5 * 1024 * 1024));
    expect(await closed).toBe(1009);
  });
});
