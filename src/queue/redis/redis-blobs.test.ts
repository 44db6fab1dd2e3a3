import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { startRedis } from '../../../fixtures/queue/redis.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { digestFile } from '../../store/digest.ts';
import { ServerTrouble } from '../../store/remote/server-trouble.ts';
import { connectQueue } from './connection.ts';
import { parseQueueAddress } from './queue-address.ts';
import { RedisBlobs } from './redis-blobs.ts';

const QUICKLY = { totalMs: 10_000 };

test.serial('a blob of several pieces comes back as it was, and a damaged one is refused', async (t) => {
  await using redis = await startRedis();
  await using folder = await createTemporaryFolder('kgate-blobs');
  const signal = new AbortController().signal;
  await using connection = await connectQueue(parseQueueAddress(redis.address, {}), {
    signal,
    onNotice() {},
  });
  const blobs = new RedisBlobs(connection);
  const file = join(folder.path, 'file');
  await writeFile(file, randomBytes(2.5 * 2 ** 20));
  const digest = await digestFile(file);
  const bytes = (await readFile(file)).length;
  t.false(await blobs.has(`cas/${digest}`, QUICKLY));
  await blobs.upload(`cas/${digest}`, file, QUICKLY);
  t.true(await blobs.has(`cas/${digest}`, QUICKLY));
  const back = join(folder.path, 'back');
  t.true(await blobs.download({ digest, bytes }, back, QUICKLY));
  t.deepEqual(await readFile(back), await readFile(file));
  t.is(await redis.ask('--raw', 'keys', 'kgate:blob:half/*'), '');

  await connection.redis.setrange(`kgate:blob:cas/${digest}`, 7, 'damaged');
  await t.throwsAsync(blobs.download({ digest, bytes }, back, QUICKLY), {
    instanceOf: ServerTrouble,
    message: /digest/u,
  });

  t.is(await blobs.getText(`ac/${digest}`, QUICKLY), undefined);
  await blobs.putText(`ac/${digest}`, 'text', QUICKLY);
  t.is(await blobs.getText(`ac/${digest}`, QUICKLY), 'text');
});

test.serial('a Redis that is full takes no blob, and says so', async (t) => {
  await using redis = await startRedis();
  await using folder = await createTemporaryFolder('kgate-blobs');
  const signal = new AbortController().signal;
  await using connection = await connectQueue(parseQueueAddress(redis.address, {}), {
    signal,
    onNotice() {},
  });
  await redis.ask('config', 'set', 'maxmemory', '2mb');
  const file = join(folder.path, 'file');
  await writeFile(file, randomBytes(4 * 2 ** 20));
  const blobs = new RedisBlobs(connection);
  const error = await t.throwsAsync(blobs.upload(`cas/${await digestFile(file)}`, file, QUICKLY), {
    instanceOf: ServerTrouble,
  });
  t.is(error?.kind, 'unwanted');
});
