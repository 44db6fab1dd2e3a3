import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import test from 'ava';
import { freePort } from '../../../fixtures/host/free-port.ts';
import { startRedis } from '../../../fixtures/queue/redis.ts';
import { HostError, InterruptedError, UsageError } from '../../errors.ts';
import { connectQueue } from './connection.ts';
import { loadQueuePackages } from './packages.ts';
import { parseQueueAddress } from './queue-address.ts';

const connect = (text: string, signal = new AbortController().signal) =>
  connectQueue(parseQueueAddress(text, {}), { signal, onNotice() {} });

test.serial('where nothing listens, the error says how to install Redis', async (t) => {
  const port = await freePort();
  const error = await t.throwsAsync(connect(`redis://127.0.0.1:${port}`), {
    instanceOf: HostError,
    message: `The queue redis://127.0.0.1:${port} does not answer: nothing listens there.`,
  });
  t.regex(error?.hint ?? '', /apt-get install redis-server/u);
});

test.serial('a wrong password is named as such, and not shown', async (t) => {
  await using redis = await startRedis({ password: 'right' });
  for (const secret of ['', ':wrong@', 'nobody:wrong@']) {
    const error = await t.throwsAsync(connect(`redis://${secret}127.0.0.1:${redis.port}`), {
      instanceOf: UsageError,
      message: /refuses this user and password/u,
    });
    t.is(error?.code, 'QUEUE_REFUSED');
    t.false(error?.message.includes('wrong@'));
  }
  await using connection = await connect(redis.address);
  t.is(await connection.redis.ping(), 'PONG');
  await t.throwsAsync(connect(`${redis.address}/99`), { instanceOf: UsageError, message: /out of range/u });
});

test.serial('what listens and is not Redis is told from Redis', async (t) => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await t.throwsAsync(connect(`redis://127.0.0.1:${port}`), {
      instanceOf: UsageError,
      message: /is not Redis\.$/u,
    });
  } finally {
    server.close();
  }
});

test.serial('Ctrl-C ends the wait for an answer', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await t.throwsAsync(connect(`redis://127.0.0.1:${port}`, AbortSignal.timeout(200)), {
      instanceOf: InterruptedError,
    });
  } finally {
    server.close();
  }
});

const missing = () =>
  Promise.reject(Object.assign(new Error("Cannot find package 'bullmq'"), { code: 'ERR_MODULE_NOT_FOUND' }));

test('packages that are not installed are named with the command that installs them', async (t) => {
  const error = await t.throwsAsync(loadQueuePackages(missing), { instanceOf: HostError });
  t.is(error?.code, 'QUEUE_PACKAGES_MISSING');
  t.regex(error?.hint ?? '', /^Run "npm install bullmq ioredis"/u);
});
