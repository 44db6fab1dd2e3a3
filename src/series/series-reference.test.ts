import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { UsageError } from '../errors.ts';
import { loadSeries } from './load-series.ts';
import { folderOf, referTo } from './series-reference.ts';

const FIXTURES = resolve(import.meta.dirname, '../../fixtures/series');
const THREAD = join(FIXTURES, 'thread.mbox.gz');

async function* inPieces(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
}

for (const name of ['-', '/dev/stdin', '/dev/fd/0'])
  test(`${name} is what a program writes into this one`, async (t) => {
    const reference = await referTo(name, { cwd: FIXTURES, input: inPieces(await readFile(THREAD)) });
    const series = await loadSeries(reference);
    t.is(series.patches.length, 3);
    t.is(series.origin, 'standard input');
    t.is(await folderOf(reference), undefined);
  });

test('what a shell gives for <(…) is read once, from a pipe', async (t) => {
  const load = join(import.meta.dirname, 'load-series.ts');
  const script = `import { loadSeries } from '${load}';
    const series = await loadSeries({ kind: 'path', path: process.argv[1] });
    console.log(series.patches.length);`;
  const command = `"$1" --input-type=module -e "$2" <(cat "$3")`;
  const { stdout } = await promisify(execFile)('bash', [
    '-c',
    command,
    'bash',
    process.execPath,
    script,
    THREAD,
  ]);
  t.is(stdout, '3\n');
});

test('a path is one, even with an @, and a message id or the address of a mail is a message', async (t) => {
  const refer = (name: string) => referTo(name, { cwd: FIXTURES, input: inPieces(new Uint8Array()) });
  t.deepEqual(await refer('thread.mbox'), { kind: 'path', path: join(FIXTURES, 'thread.mbox') });
  t.deepEqual(await refer('./absent@x'), { kind: 'path', path: join(FIXTURES, 'absent@x') });
  t.deepEqual(await refer('<a.b@example.org>'), { kind: 'message', id: 'a.b@example.org' });
  t.deepEqual(await refer('https://lore.kernel.org/r/a.b@example.org'), {
    kind: 'message',
    id: 'a.b@example.org',
  });
  t.is(await folderOf(await refer('quilt')), join(FIXTURES, 'quilt'));
  const error = await t.throwsAsync(refer('https://patchwork.kernel.org/series/1/'), {
    instanceOf: UsageError,
  });
  t.is(error.code, 'SERIES_ADDRESS');
});

test('a device is no series', async (t) => {
  const error = await t.throwsAsync(loadSeries({ kind: 'path', path: '/dev/null' }), {
    instanceOf: UsageError,
  });
  t.is(error.message, '/dev/null is a device, not a series.');
});
