import { connect as tcpConnect } from 'node:net';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startServer } from './server.ts';
import { serverOfEachTest } from './testing.ts';

const { at } = serverOfEachTest();

test('the server listens on the loopback address only', async () => {
  const { port } = new URL(at.server.address);
  const others = Object.values(networkInterfaces())
    .flat()
    .filter((i) => i && !i.internal && i.family === 'IPv4');
  for (const other of others) {
    const outcome = await new Promise((resolve) => {
      const socket = tcpConnect(Number(port), other!.address);
      socket.on('connect', () => {
        socket.destroy();
        resolve('connected');
      });
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(outcome).toBe('ECONNREFUSED');
  }
});

test('two servers find ports of their own; a wanted port that is taken is an error in words', async () => {
  const options = {
    connect: () => {},
    staticFolder: path.join(at.home, 'static'),
    handOver: at.handOver,
    announce: () => {},
    report: () => {},
  };
  await expect(
    startServer({ ...options, port: Number(new URL(at.server.address).port) }),
  ).rejects.toMatchObject({
    code: 'server.port-taken',
  });
  const one = await startServer(options);
  const two = await startServer(options);
  expect(one.address).not.toBe(two.address);
  await one.close();
  await two.close();
});
