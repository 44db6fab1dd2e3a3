import { chmod, copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { HostError, UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { loadSeries } from '../load-series.ts';

const THREAD = join(import.meta.dirname, '../../../fixtures/series/thread.mbox');

/** A `b4` that writes down what it was asked, prints a mailbox and ends as told. PATH is this process's own: tests are serial. */
async function withB4(script: string) {
  const folder = await createTemporaryFolder('kgate-b4');
  const path = process.env['PATH'];
  await copyFile(THREAD, join(folder.path, 'thread.mbox'));
  await writeFile(
    join(folder.path, 'b4'),
    `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder.path}/argv'\ncd '${folder.path}'\n${script}\n`,
  );
  await chmod(join(folder.path, 'b4'), 0o755);
  process.env['PATH'] = `${folder.path}:${path}`;
  return {
    path: folder.path,
    [Symbol.asyncDispose]: async () => {
      process.env['PATH'] = path;
      await folder[Symbol.asyncDispose]();
    },
  };
}

test.serial('a message id is fetched with "b4 am -o -", and what b4 writes is read', async (t) => {
  await using b4 = await withB4('echo "Grabbing thread" >&2; cat thread.mbox');
  const series = await loadSeries({ kind: 'message', id: 'v3-cover@x' });
  t.is(await readFile(join(b4.path, 'argv'), 'utf8'), 'am\n-o\n-\nv3-cover@x\n');
  t.is(series.patches.length, 3);
  t.is(series.origin, '<v3-cover@x>');
});

test.serial('what b4 says of an id that it cannot fetch is shown', async (t) => {
  await using b4 = await withB4('echo "That message-id is not known." >&2; exit 1');
  const error = await t.throwsAsync(loadSeries({ kind: 'message', id: 'no@x' }), { instanceOf: UsageError });
  t.is(error.code, 'SERIES_FETCH_FAILED');
  t.is(error.detail, 'That message-id is not known.');
  t.regex(error.hint ?? '', /b4 am -o - /u);
  t.truthy(b4.path);
});

test.serial('a b4 that writes nothing has fetched nothing', async (t) => {
  await using b4 = await withB4('exit 0');
  const error = await t.throwsAsync(loadSeries({ kind: 'message', id: 'no@x' }), { instanceOf: UsageError });
  t.is(error.code, 'SERIES_FETCH_FAILED');
  t.truthy(b4.path);
});

test.serial('without b4 the error says so, and the command for where it is', async (t) => {
  await using empty = await createTemporaryFolder('kgate-no-b4');
  const path = process.env['PATH'];
  process.env['PATH'] = empty.path;
  try {
    const error = await t.throwsAsync(loadSeries({ kind: 'message', id: 'a@x' }), { instanceOf: HostError });
    t.is(error.code, 'SERIES_B4_MISSING');
    t.regex(error.hint ?? '', /b4 am -o - 'a@x' > series\.mbox/u);
  } finally {
    process.env['PATH'] = path;
  }
});
