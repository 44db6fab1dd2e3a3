import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { startWebDav, type WebDavServer } from '../../../fixtures/store/nginx.ts';
import { InterruptedError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { digestFile, digestOf } from '../digest.ts';
import { findCacheServer } from './cache-server.ts';
import { RemoteCache, type SharedName } from './remote-cache.ts';

const ENTRY: SharedName = { store: 'things', key: digestOf('thing') };
const CONTENT = randomBytes(300_000);
/** For servers that hang; the others get time enough for a busy host. */
const IMPATIENT = { silenceMs: 700 };

/** A machine that shares something with others through a server. */
function machine(url: string, patience = { silenceMs: 60_000 }, attribute = ''): RemoteCache {
  const server = findCacheServer(undefined, { KGATE_REMOTE_CACHE: `${url}${attribute}` });
  return new RemoteCache(server!, patience);
}

/** A folder for the cache of this process, and entries below it. */
async function createWorkplace() {
  const folder = await createTemporaryFolder('kgate-remote');
  process.env['KGATE_CACHE'] = join(folder.path, 'cache');
  const made = join(folder.path, 'made');
  await mkdir(made);
  await writeFile(join(made, 'content'), CONTENT);
  const digests = new Map([['content', await digestFile(join(made, 'content'))]]);
  let count = 0;
  return {
    async store(cache: RemoteCache, entry = ENTRY) {
      cache.offer(entry, made, () => Promise.resolve(digests));
      await cache.settle();
    },
    async take(
      cache: RemoteCache,
      { entry = ENTRY, withinMs = 10_000, signal = undefined as AbortSignal | undefined } = {},
    ) {
      count += 1;
      const target = join(folder.path, `taken-${count}`);
      const taken = await cache.take(entry, target, { withinMs, signal });
      return taken && (await readFile(join(target, 'content')));
    },
    leftovers: () => readdir(join(folder.path, 'cache/tmp')).catch(() => []),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** A server of this process in front of another one, which does what nginx never would. */
async function startBadServer(answer: (asked: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Hands a request on, and the answer back; breaks the connection after so many bytes of it. */
function passOn(to: string, asked: IncomingMessage, response: ServerResponse, mostBytes = Infinity): void {
  const { method, headers } = asked;
  let left = mostBytes;
  const onward = request(new URL(asked.url ?? '', to), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.on('data', (chunk: Buffer) => {
      response.write(chunk.subarray(0, left));
      left -= Math.min(left, chunk.length);
    });
    // The connection breaks only when the other end has what was sent.
    answer.on('end', () => (left > 0 ? response.end() : setTimeout(() => response.destroy(), 500)));
  });
  asked.pipe(onward);
}

const blobOf = async (server: WebDavServer): Promise<string> => {
  for (const name of await server.list('cas')) {
    const path = join(server.files, 'cas', name);
    if ((await readFile(path)).length > 0) return path;
  }
  throw new Error('There is no blob.');
};

test.serial('what one machine stores another one takes, byte for byte', async (t) => {
  await using place = await createWorkplace();
  await using nginx = await startWebDav();
  const first = machine(nginx.writerUrl);
  t.is(await place.take(first), undefined);
  await place.store(first);
  t.deepEqual(first.takeNotices(), []);
  t.is(first.traffic.stored, 1);
  const second = machine(nginx.url);
  t.deepEqual(await place.take(second), CONTENT);
  t.is(second.traffic.taken, 1);
  t.is(await place.take(second, { entry: { ...ENTRY, store: 'others' } }), undefined);
  t.deepEqual(second.takeNotices(), []);
  t.deepEqual(await place.leftovers(), []);
});

test.serial('a blob is named after its bytes, and what is there is not stored again', async (t) => {
  await using place = await createWorkplace();
  await using nginx = await startWebDav();
  await place.store(machine(nginx.writerUrl));
  const blob = await blobOf(nginx);
  t.is(await digestFile(blob), blob.split('/').at(-1) as never);
  t.is((await nginx.list('ac')).length, 1);
  const again = machine(nginx.writerUrl);
  await place.store(again);
  t.is(again.traffic.stored, 0);
});

test.serial('a server that takes entries from anyone is not believed', async (t) => {
  await using place = await createWorkplace();
  await using nginx = await startWebDav({ isOpen: true });
  const first = machine(nginx.writerUrl);
  await place.store(first);
  t.is(first.traffic.stored, 0);
  t.is(await place.take(first), undefined);
  const [notice, ...more] = first.takeNotices();
  t.regex(notice ?? '', /takes entries from anyone/u);
  t.deepEqual(more, []);
  t.notRegex(notice ?? '', /p@ss|p%40ss|writer/u);
});

test.serial('nothing is stored where that is forbidden', async (t) => {
  await using place = await createWorkplace();
  await using nginx = await startWebDav();
  const reader = machine(nginx.writerUrl, undefined, '|read-only');
  await place.store(reader);
  t.deepEqual(await nginx.list('ac'), []);
  t.deepEqual(reader.takeNotices(), []);
});

test.serial('who may not store something goes on taking, and is told once', async (t) => {
  await using place = await createWorkplace();
  await using nginx = await startWebDav();
  await place.store(machine(nginx.writerUrl));
  const reader = machine(nginx.url);
  await place.store(reader, { ...ENTRY, key: digestOf('another') });
  await place.store(reader, { ...ENTRY, key: digestOf('a third') });
  t.deepEqual(await place.take(reader), CONTENT);
  const notices = reader.takeNotices();
  t.is(notices.length, 1);
  t.regex(notices[0] ?? '', /stores nothing more from here: it answers 401/u);
});

test.serial('a truncated blob is refused, and replaced once the entry was made', async (t) => {
  await using place = await createWorkplace();
  await using nginx = await startWebDav();
  await place.store(machine(nginx.writerUrl));
  await truncate(await blobOf(nginx), 1_000);
  const second = machine(nginx.writerUrl);
  t.is(await place.take(second), undefined);
  t.deepEqual(await place.leftovers(), []);
  t.is(second.takeNotices().length, 1);
});

for (const [what, spoil] of Object.entries<(bytes: Buffer) => Buffer>({
  'a flipped byte': (bytes) => Buffer.from(bytes.map((byte, index) => (index === 5_000 ? byte ^ 1 : byte))),
  'other bytes': (bytes) => randomBytes(bytes.length),
  'bytes behind its end': (bytes) => Buffer.concat([bytes, Buffer.from('more')]),
})) {
  test.serial(`a blob with ${what} is refused, and replaced once the entry was made`, async (t) => {
    await using place = await createWorkplace();
    await using nginx = await startWebDav();
    await place.store(machine(nginx.writerUrl));
    const blob = await blobOf(nginx);
    await writeFile(blob, spoil(await readFile(blob)));
    const second = machine(nginx.writerUrl);
    t.is(await place.take(second), undefined);
    t.regex(second.takeNotices().join('\n'), /gave nothing for things\/[0-9a-f]+: /u);
    await place.store(second);
    t.deepEqual(await place.take(machine(nginx.url)), CONTENT);
  });
}

test.serial('an entry in the place of another is refused', async (t) => {
  await using place = await createWorkplace();
  await using nginx = await startWebDav();
  const other = { ...ENTRY, key: digestOf('other') };
  await place.store(machine(nginx.writerUrl));
  const [entry = ''] = await nginx.list('ac');
  const text = await readFile(join(nginx.files, 'ac', entry), 'utf8');
  await rm(join(nginx.files, 'ac', entry));
  await place.store(machine(nginx.writerUrl), other);
  const [name = ''] = await nginx.list('ac');
  await writeFile(join(nginx.files, 'ac', name), text);
  const second = machine(nginx.url);
  t.is(await place.take(second, { entry: other }), undefined);
  t.regex(second.takeNotices().join('\n'), /another entry in its place/u);
});

test.serial('a server with a page for everything is left alone after a few of them', async (t) => {
  await using place = await createWorkplace();
  let asked = 0;
  await using server = await startBadServer((given, response) => {
    asked += 1;
    response.writeHead(given.method === 'PUT' ? 403 : 200).end('<html>Welcome!</html>');
  });
  const cache = machine(server.url);
  for (let index = 0; index < 10; index += 1)
    t.is(await place.take(cache, { entry: { ...ENTRY, key: digestOf(index) } }), undefined);
  t.is(asked, 4);
  t.is(cache.takeNotices().length, 2);
});

test.serial('a transfer that breaks off is continued', async (t) => {
  await using place = await createWorkplace();
  await using nginx = await startWebDav();
  await place.store(machine(nginx.writerUrl));
  const ranges: unknown[] = [];
  await using server = await startBadServer((asked, response) => {
    const isBlob = asked.method === 'GET' && asked.url?.startsWith('/cas/') === true;
    if (isBlob) ranges.push(asked.headers.range);
    passOn(nginx.url, asked, response, isBlob && ranges.length === 1 ? 100_000 : undefined);
  });
  t.deepEqual(await place.take(machine(server.url)), CONTENT);
  t.is(ranges.length, 2);
  t.regex(String(ranges[1]), /^bytes=[1-9]\d*-$/u);
});

test.serial('a server that hangs costs seconds, once', async (t) => {
  await using place = await createWorkplace();
  await using server = await startBadServer(() => {});
  const cache = machine(server.url, IMPATIENT);
  const began = performance.now();
  for (let index = 0; index < 5; index += 1) {
    t.is(await place.take(cache), undefined);
    await place.store(cache, { ...ENTRY, key: digestOf(index) });
  }
  t.true(performance.now() - began < 7_000);
  t.deepEqual(cache.takeNotices(), [
    `The shared cache ${server.url} is not used: it said nothing for 0.7 s.`,
  ]);
});

test.serial('a server that hangs in the middle of a blob costs seconds', async (t) => {
  await using place = await createWorkplace();
  await using nginx = await startWebDav();
  await place.store(machine(nginx.writerUrl));
  await using server = await startBadServer((asked, response) => {
    const isBlob = asked.method === 'GET' && asked.url?.startsWith('/cas/') === true;
    if (!isBlob) return passOn(nginx.url, asked, response);
    response.writeHead(200, { 'content-length': '200000' });
    response.write(Buffer.alloc(1_000));
  });
  const cache = machine(server.url, IMPATIENT);
  t.is(await place.take(cache), undefined);
  t.regex(cache.takeNotices().join('\n'), /is no longer used: it said nothing for 0.7 s/u);
});

test.serial('a slow server is given up in time', async (t) => {
  await using place = await createWorkplace();
  await using nginx = await startWebDav();
  await place.store(machine(nginx.writerUrl));
  const drips: NodeJS.Timeout[] = [];
  await using server = await startBadServer((asked, response) => {
    const isBlob = asked.method === 'GET' && asked.url?.startsWith('/cas/') === true;
    if (!isBlob) return passOn(nginx.url, asked, response);
    response.writeHead(200);
    drips.push(setInterval(() => response.write('x'), 100));
  });
  const cache = machine(server.url);
  t.is(await place.take(cache, { withinMs: 1_500 }), undefined);
  for (const drip of drips) clearInterval(drip);
  t.regex(cache.takeNotices().join('\n'), /is no longer used: it was not done after 1\.\d+ s/u);
});

for (const status of [500, 502, 401]) {
  test.serial(`a server that answers ${status} is asked no more, and that is said once`, async (t) => {
    await using place = await createWorkplace();
    let asked = 0;
    await using server = await startBadServer((given, response) => {
      asked += given.method === 'PUT' ? 0 : 1;
      response.writeHead(given.method === 'PUT' ? 401 : status).end();
    });
    const cache = machine(server.url);
    for (let index = 0; index < 4; index += 1) {
      t.is(await place.take(cache), undefined);
      await place.store(cache, { ...ENTRY, key: digestOf(index) });
    }
    t.is(asked, 1);
    const notices = cache.takeNotices();
    t.is(notices.length, 1);
    t.regex(notices[0] ?? '', new RegExp(`is no longer used: it answers ${status}`, 'u'));
  });
}

test.serial('a server that is not there is said to be missing, once', async (t) => {
  await using place = await createWorkplace();
  const cache = machine('http://user:secret@127.0.0.1:2/');
  t.is(await place.take(cache), undefined);
  t.is(await place.take(cache), undefined);
  const notices = cache.takeNotices();
  t.is(notices.length, 1);
  t.regex(notices[0] ?? '', /is not used: nothing listens there \(ECONNREFUSED\)/u);
  t.notRegex(notices[0] ?? '', /secret/u);
});

test.serial(
  'a server with a full disk keeps nothing incomplete, and is asked to store no more',
  async (t) => {
    await using place = await createWorkplace();
    await using nginx = await startWebDav({ diskBytes: 128 * 1024 });
    const first = machine(nginx.writerUrl);
    await place.store(first);
    await place.store(first, { ...ENTRY, key: digestOf('another') });
    t.is(first.traffic.stored, 0);
    const notices = first.takeNotices();
    t.is(notices.length, 1, notices.join('\n'));
    t.regex(notices[0] ?? '', /stores nothing more from here: it answers 5\d\d/u);
    // It still gives what it has, which is nothing.
    const second = machine(nginx.url);
    t.is(await place.take(second), undefined);
    t.deepEqual(second.takeNotices(), []);
  },
);

test.serial('an entry that is larger than the server takes is left out', async (t) => {
  await using place = await createWorkplace();
  await using nginx = await startWebDav({ mostBytes: 100_000 });
  const first = machine(nginx.writerUrl);
  await place.store(first);
  t.regex(first.takeNotices().join('\n'), /does not store things\/[0-9a-f]+: it answers 413/u);
  t.deepEqual(await nginx.list('ac'), []);
});

test.serial('an interrupted transfer ends as the interruption that it is', async (t) => {
  await using place = await createWorkplace();
  await using server = await startBadServer(() => {});
  const cache = machine(server.url);
  await t.throwsAsync(place.take(cache, { signal: AbortSignal.timeout(100) }), {
    instanceOf: InterruptedError,
  });
  t.deepEqual(cache.takeNotices(), []);
});

test.serial('what is still to be stored is given up when time is up', async (t) => {
  await using _place = await createWorkplace();
  await using server = await startBadServer(() => {});
  const cache = machine(server.url);
  cache.offer(ENTRY, '/nowhere', () => Promise.resolve(new Map()));
  const began = performance.now();
  await cache.settle(AbortSignal.timeout(200));
  t.true(performance.now() - began < 5_000);
  t.is(cache.waiting, 0);
});
