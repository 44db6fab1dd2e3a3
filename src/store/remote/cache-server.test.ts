import test from 'ava';
import { UsageError } from '../../errors.ts';
import { findCacheServer } from './cache-server.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

test('user and password of an address become a header, and are no longer part of the address', (t) => {
  const server = findCacheServer(undefined, { KGATE_REMOTE_CACHE: 'https://me:p%40ss@host:8443/kgate?x#y' });
  t.is(server?.address.href, 'https://host:8443/kgate/');
  t.is(server?.authorization, basic('me:p@ss'));
  t.false(server?.isReadOnly);
});

test('the environment replaces the project, and can forbid to store something', (t) => {
  const project = { url: 'http://project/', isReadOnly: false };
  t.is(findCacheServer(project, {})?.address.href, 'http://project/');
  const own = findCacheServer(project, { KGATE_REMOTE_CACHE: 'http://own/cache|read-only' });
  t.is(own?.address.href, 'http://own/cache/');
  t.true(own?.isReadOnly);
});

for (const text of ['', 'off']) {
  test(`"${text}" turns the project's server off`, (t) => {
    const project = { url: 'http://project/', isReadOnly: false };
    t.is(findCacheServer(project, { KGATE_REMOTE_CACHE: text }), undefined);
  });
}

test('a token stands in for user and password', (t) => {
  const env = { KGATE_REMOTE_CACHE: 'https://host/', KGATE_REMOTE_CACHE_TOKEN: 'abc' };
  t.is(findCacheServer(undefined, env)?.authorization, 'Bearer abc');
});

test('nothing started later inherits a password', (t) => {
  const env: NodeJS.ProcessEnv = {
    KGATE_REMOTE_CACHE: 'https://me:secret@host/',
    KGATE_REMOTE_CACHE_TOKEN: 'abc',
    PATH: '/bin',
  };
  findCacheServer(undefined, env);
  t.deepEqual(env, { PATH: '/bin' });
});

for (const text of ['me:secret@host', 'ftp://me:secret@host/', 'https://me:secret@host/|writable']) {
  test(`"${text}" is refused without a word of the password`, (t) => {
    const error = t.throws(() => findCacheServer(undefined, { KGATE_REMOTE_CACHE: text }), {
      instanceOf: UsageError,
      code: 'STORE_SERVER_INVALID',
    });
    t.notRegex(`${error.message} ${error.detail ?? ''}`, /secret/u);
  });
}
