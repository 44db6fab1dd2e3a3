import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { loadSeries } from '../load-series.ts';
import { splitMailbox } from '../mails/split-mailbox.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/series');
const THREAD = await readFile(join(FIXTURES, 'thread.mbox'));
const MAILS = splitMailbox(THREAD).map(({ bytes }) => bytes);
const load = (path: string) => loadSeries({ kind: 'path', path });
const TITLES = (await load(join(FIXTURES, 'thread.mbox'))).patches.map(({ subject }) => subject);

/** A folder with files of these names and contents. */
async function folderOf(files: Readonly<Record<string, Uint8Array | string>>) {
  const folder = await createTemporaryFolder('kgate-folder');
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder.path, name, '..'), { recursive: true });
    await writeFile(join(folder.path, name), content);
  }
  return folder;
}

const withoutFromLine = (mail: Uint8Array) => mail.subarray(mail.indexOf(0x0a) + 1);
const numbered = (names: (index: number) => string, content = (mail: Uint8Array) => mail) =>
  Object.fromEntries(MAILS.map((mail, index) => [names(index), content(mail)]));

for (const [what, files] of [
  ['a mailbox', { 'thread.mbox': THREAD }],
  ['what "b4 am" writes', { 'v3_series.mbx': THREAD, 'v3_series.cover': 'cover\n' }],
  ['mailboxes without a name that tells', { inbox: THREAD, notes: 'remember\n' }],
  [
    'an MH folder',
    { ...numbered((index) => String(index + 1), withoutFromLine), '.mh_sequences': 'cur: 1\n' },
  ],
  ['mails', numbered((index) => `${index}.eml`, withoutFromLine)],
  ['an unread maildir', numbered((index) => `new/${index}.host`)],
  ['maildirs', numbered((index) => `${index % 2 === 0 ? 'a' : 'b'}/cur/${index}:2,S`)],
  ['a mailbox for each mail', numbered((index) => `${index}.mbox`)],
] as const)
  test(`a folder with ${what} holds the series`, async (t) => {
    await using folder = await folderOf(files);
    t.deepEqual(
      (await load(folder.path)).patches.map(({ subject }) => subject),
      TITLES,
    );
  });

const mail = (title: string) => `From: a <a@x>\nSubject: ${title}\n\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n`;

test('MH mails are in the order of their numbers', async (t) => {
  await using folder = await folderOf({ '10': mail('ten'), '9': mail('nine') });
  t.deepEqual(
    (await load(folder.path)).patches.map(({ subject }) => subject),
    ['nine', 'ten'],
  );
});

for (const [what, files, words, shown] of [
  [
    'a kernel tree',
    { Kbuild: '', Kconfig: '', MAINTAINERS: '', Makefile: '' },
    /is a kernel tree/u,
    /--tree \S+ --range A\.\.B/u,
  ],
  ['a git tree', { '.git/HEAD': '', README: '' }, /is a git tree/u, /--tree/u],
  ['other files', { 'a.png': 'x', 'b/c': 'y' }, /There is no patch in/u, /a\.png\n {2}b\//u],
  ['nothing', {}, /There is no patch in/u, /empty/u],
] as const)
  test(`a folder with ${what} is recognized`, async (t) => {
    await using folder = await folderOf(files);
    const error = await t.throwsAsync(load(folder.path), { instanceOf: UsageError, message: words });
    t.is(error.code, 'SERIES_EMPTY');
    t.regex(`${error.hint} ${error.detail}`, shown);
  });
