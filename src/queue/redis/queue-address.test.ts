import test from 'ava';
import { UsageError } from '../../errors.ts';
import { parseQueueAddress } from './queue-address.ts';

test('everything but the host may be left out', (t) => {
  const { host, port, database, isEncrypted, user, password, shown } = parseQueueAddress('redis://build', {});
  t.deepEqual(
    { host, port, database, isEncrypted, user, password, shown },
    {
      host: 'build',
      port: 6379,
      database: 0,
      isEncrypted: false,
      user: undefined,
      password: undefined,
      shown: 'redis://build:6379',
    },
  );
  t.is(parseQueueAddress('rediss://[::1]:7000/3', {}).host, '::1');
  t.is(parseQueueAddress('rediss://[::1]:7000/3', {}).database, 3);
});

test('the password is in the address or in the environment, and is shown nowhere', (t) => {
  const env = { KGATE_QUEUE_PASSWORD: 's3cret' };
  const address = parseQueueAddress('redis://me:p%40ss@host:1/2', env);
  t.is(address.password, 's3cret');
  t.deepEqual(env, {} as typeof env, 'no child process inherits it');
  t.is(parseQueueAddress('redis://me:p%40ss@host:1/2', {}).password, 'p@ss');
  t.is(address.shown, 'redis://host:1/2');
});

for (const text of ['http://host', 'host:6379', '', 'redis://', 'redis://host/a', 'redis://:secret@host/x/y'])
  test(`"${text.replace('secret', '…')}" is not an address, and the error does not show it`, (t) => {
    const error = t.throws(() => parseQueueAddress(text, {}), {
      instanceOf: UsageError,
      code: 'QUEUE_ADDRESS_INVALID',
    });
    t.false(`${error?.message} ${error?.hint}`.includes('secret'));
  });
