import { duplexPair } from 'node:stream';
import test from 'ava';
import { InfraError } from '../../errors.ts';
import { createQmpClient } from './qmp-client.ts';

function connect() {
  const [ours, theirs] = duplexPair();
  const sent: Record<string, unknown>[] = [];
  theirs.setEncoding('utf8');
  theirs.on('data', (text: string) => {
    for (const line of text.trim().split('\n')) sent.push(JSON.parse(line) as Record<string, unknown>);
  });
  const say = (message: object) => theirs.write(`${JSON.stringify(message)}\r\n`);
  return { client: createQmpClient(ours), theirs, sent, say };
}

test('commands are sent at once, and each gets its own answer', async (t) => {
  const { client, sent, say } = connect();
  const answers = [client.execute('qmp_capabilities'), client.execute('query-status', { verbose: true })];
  await new Promise(setImmediate);
  t.deepEqual(
    sent.map(({ execute }) => execute),
    ['qmp_capabilities', 'query-status'],
  );
  t.deepEqual(sent[1]?.['arguments'], { verbose: true });
  say({ QMP: { version: {}, capabilities: ['oob'] } });
  say({ return: { running: true }, id: sent[1]?.['id'] });
  say({ return: {}, id: sent[0]?.['id'] });
  t.deepEqual(await Promise.all(answers), [{}, { running: true }]);
});

test('a refusal names the command and QEMU’s reason', async (t) => {
  const { client, sent, say } = connect();
  const answer = client.execute('cont');
  await new Promise(setImmediate);
  say({
    error: { class: 'GenericError', desc: 'Resetting the Virtual Machine is required' },
    id: sent[0]?.['id'],
  });
  const error = await t.throwsAsync(answer, { instanceOf: InfraError, code: 'QMP_REFUSED' });
  t.is(error.message, 'QEMU refused "cont": Resetting the Virtual Machine is required');
});

test('an event reaches its listeners, and messages may arrive in any pieces', async (t) => {
  const { client, theirs } = connect();
  const wanted = client.nextEvent(
    ({ event, data }) => event === 'MIGRATION' && data['status'] === 'completed',
  );
  const text = ['setup', 'completed']
    .map((status) => JSON.stringify({ event: 'MIGRATION', data: { status } }))
    .join('\n');
  for (const character of `${text}\n`) theirs.write(character);
  t.deepEqual(await wanted, { event: 'MIGRATION', data: { status: 'completed' } });
});

test('the end of the connection ends every wait, and every later one', async (t) => {
  const { client, theirs } = connect();
  const waits = [client.execute('stop'), client.nextEvent(() => true)];
  theirs.end();
  for (const wait of waits)
    await t.throwsAsync(wait, { instanceOf: InfraError, code: 'QMP_CONNECTION_LOST' });
  await t.throwsAsync(client.execute('cont'), { code: 'QMP_CONNECTION_LOST' });
  await t.throwsAsync(
    client.nextEvent(() => true),
    { code: 'QMP_CONNECTION_LOST' },
  );
});

test('a line that is not JSON ends the conversation and is shown', async (t) => {
  const { client, theirs } = connect();
  const answer = client.execute('stop');
  theirs.write('Segmentation fault\n');
  const error = await t.throwsAsync(answer, { code: 'QMP_CONNECTION_LOST' });
  t.regex(error.message, /Segmentation fault/u);
});
