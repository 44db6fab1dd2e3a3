import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { commitChanges, createOddTree } from '../../fixtures/series/odd-tree.ts';
import { runCommand } from '../process/run-command.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { loadSeries } from './load-series.ts';
import { parsePatch } from './patches/patch-text.ts';
import type { Series } from './patches/series.ts';
import { writePatches } from './patches/write-series.ts';

type Tree = Awaited<ReturnType<typeof createOddTree>>;

/** The tree that a series makes of the commit `base`, as an id. */
async function treeOf(series: Series, { path }: Tree): Promise<string> {
  await using folder = await createTemporaryFolder('kgate-applied');
  const files = await writePatches(series.patches, join(folder.path, 'patches'));
  const env = { GIT_INDEX_FILE: join(folder.path, 'index') };
  const inIndex = async (...args: string[]) => {
    const result = await runCommand('git', ['-C', path, ...args], { env });
    if (result.exitCode !== 0) throw new Error(result.output);
    return result.stdout.trim();
  };
  await inIndex('read-tree', 'base');
  for (const file of files) await inIndex('apply', '--cached', '--whitespace=nowarn', file);
  return await inIndex('write-tree');
}

const TITLES = [
  'mm: change a — with a dash',
  'mm: change a file with CRLF',
  'mm: change bytes beyond ASCII, and end a file with a line',
  '[media] Re: move, remove, create',
];

const TOUCHED = [
  'mm/a.c',
  'mm/dos.c',
  'mm/latin.c',
  'mm/utf8.c',
  'blob.bin',
  'empty.c',
  'gone.c',
  'mm/old name.c',
  'mm/größer.c',
  'run.sh',
];

for (const options of [
  [],
  ['--cover-letter', '--base=base', '-v3'],
  ['--attach'],
  ['--inline'],
  ['--numbered', '--thread=deep', '--cover-letter'],
  ['--no-numbered', '--zero-commit'],
  ['--src-prefix=i/', '--dst-prefix=w/'],
  ['--src-prefix=linux-6.12.orig/', '--dst-prefix=linux-6.12/'],
  ['--keep-subject'],
  ['--from=Relay <relay@example.org>'],
  ['--subject-prefix=net-next', '-v2', '--cover-letter'],
  ['--rfc', '--full-index', '--no-stat', '--signature=x'],
  ['--no-renames', '--patience'],
]) {
  test(`"git format-patch ${options.join(' ')}" comes back, as files and as a mailbox`, async (t) => {
    await using tree = await createOddTree();
    await commitChanges(tree);
    const expected = await tree.git('rev-parse', 'HEAD^{tree}');
    await using folder = await createTemporaryFolder('kgate-patches');
    await tree.git('format-patch', '--binary', ...options, '-o', folder.path, 'base..HEAD');
    const series = await loadSeries({ kind: 'path', path: folder.path });
    t.deepEqual(
      series.patches.map(({ subject }) => subject.replace('Re: ', '')),
      TITLES.map((title) =>
        title.replace('[media] Re: ', options.includes('--keep-subject') ? '' : '[media] '),
      ),
    );
    t.is(await treeOf(series, tree), expected);
    t.deepEqual(
      series.patches.flatMap(({ text }) => parsePatch(text).flatMap(({ touched }) => touched)).toSorted(),
      TOUCHED.toSorted(),
    );
    const mailbox = join(folder.path, 'all.mbox');
    const args = ['-C', tree.path, 'format-patch', '--binary', '--stdout', ...options, 'base..HEAD'];
    const { stdout } = await runCommand('git', args, { asBytes: true });
    await writeFile(mailbox, stdout, 'latin1');
    t.is(await treeOf(await loadSeries({ kind: 'path', path: mailbox }), tree), expected);
  });
}

const SETTINGS: Readonly<Record<string, string>> = {
  'diff.noprefix': 'true',
  'diff.mnemonicPrefix': 'true',
  'diff.external': '/bin/false',
  'diff.context': '0',
  'diff.interHunkContext': '9',
  'diff.algorithm': 'patience',
  'diff.renames': 'false',
  'diff.relative': 'true',
  'diff.suppressBlankEmpty': 'true',
  'diff.orderFile': '/dev/null',
  'diff.submodule': 'log',
  'diff.ignoreSubmodules': 'all',
  'diff.wsErrorHighlight': 'all',
  'diff.colorMoved': 'zebra',
  'diff.odd.textconv': 'tr a-z A-Z <',
  'diff.odd.command': '/bin/false',
  'color.ui': 'always',
  'color.diff': 'always',
  'core.quotePath': 'true',
  'core.abbrev': '4',
  'core.attributesFile': '',
  'core.pager': '/bin/false',
  'core.whitespace': 'trailing-space',
  'format.attach': 'true',
  'format.coverLetter': 'true',
  'format.useAutoBase': 'true',
  'format.signOff': 'true',
  'format.numbered': 'false',
  'format.subjectPrefix': 'ODD',
  'format.headers': 'X-Odd: yes',
  'format.from': 'true',
  'format.pretty': 'oneline',
  'format.suffix': '.odd',
  'format.notes': 'true',
  'format.outputDirectory': '/nonexistent',
  'i18n.logOutputEncoding': 'ISO-8859-1',
  'log.showSignature': 'true',
  'log.date': 'relative',
  'log.mailmap': 'true',
};

test('no setting of a tree changes what a range of it holds', async (t) => {
  await using tree = await createOddTree();
  await commitChanges(tree);
  const range = () => loadSeries({ kind: 'range', tree: tree.path, range: 'base..' });
  const expected = await range();
  t.deepEqual(
    expected.patches.map(({ subject }) => subject),
    TITLES,
  );
  t.is(await treeOf(expected, tree), await tree.git('rev-parse', 'HEAD^{tree}'));
  await writeFile(tree.at('attributes'), '*.c diff=odd\n');
  for (const [key, value] of Object.entries(SETTINGS))
    await tree.git('config', key, key === 'core.attributesFile' ? tree.at('attributes') : value);
  t.deepEqual(await range(), expected);
});

test('a range holds what odd messages say as words, and commits that only look like replies', async (t) => {
  await using tree = await createOddTree();
  const messages = [
    'mm: quote a mail\n\nFrom 1234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001\nFrom: Someone Else <x@example.org>\n\nEnd.',
    'sv: fix a thing',
    'Re: [PATCH 2/9] not a reply',
    'mm: quote a diff\n\n---\ndiff --git a/mm/a.c b/mm/a.c\n--- a/mm/a.c\n+++ b/mm/a.c\n@@ -1 +1 @@\n-int one;\n+int quoted;\n\nEnd.',
    'mm: a title\nthat has two lines',
  ];
  for (const [index, message] of messages.entries()) {
    await writeFile(tree.at('mm/a.c'), `int one;\nint two;\nint three;\nint n${index};\n`);
    await tree.commit(message);
  }
  const series = await loadSeries({ kind: 'range', tree: tree.path, range: 'base..' });
  t.deepEqual(
    series.patches.map(({ subject }) => subject),
    [
      'mm: quote a mail',
      'sv: fix a thing',
      'Re: [PATCH 2/9] not a reply',
      'mm: quote a diff',
      'mm: a title that has two lines',
    ],
  );
  t.is(await treeOf(series, tree), await tree.git('rev-parse', 'HEAD^{tree}'));
  t.regex(series.patches[0]!.text, /^>From 1234[^]*^End\.$/mu);
  t.deepEqual(series.notices, []);
});

test('a message in another encoding is decoded, and its author has his date', async (t) => {
  await using tree = await createOddTree();
  await writeFile(tree.at('mm/a.c'), 'int one;\n');
  await tree.git('add', '--all');
  const file = tree.at('message');
  await writeFile(file, Buffer.from('mm: Gr\xf6\xdfe\n\nF\xfcr J\xf6rg.\n', 'latin1'));
  await tree.git(
    '-c',
    'i18n.commitEncoding=ISO-8859-1',
    'commit',
    '--quiet',
    '-F',
    file,
    '--date=2025-03-01T10:00:00+0530',
  );
  const [patch] = (await loadSeries({ kind: 'range', tree: tree.path, range: 'base..' })).patches;
  t.is(patch!.subject, 'mm: Größe');
  t.regex(patch!.text, /^Date: Sat, 01 Mar 2025 10:00:00 \+0530$/mu);
  t.regex(patch!.text, /^Für Jörg\.$/mu);
});

test('commits that change nothing are no patches, and the first is the cover letter', async (t) => {
  await using tree = await createOddTree();
  const tracking = JSON.stringify({ series: { revision: 3, 'change-id': '20250101-odd-0123456789ab' } });
  await tree.commit(
    `mm: three things\n\nThe letter.\n\n--- b4-submit-tracking ---\n# This section is used internally by b4 prep.\n${tracking}`,
    '--allow-empty',
  );
  await writeFile(tree.at('mm/a.c'), 'int one;\n');
  await tree.commit('mm: a change');
  await tree.commit('nothing at all', '--allow-empty');
  const series = await loadSeries({ kind: 'range', tree: tree.path, range: 'base..' });
  t.is(series.title, 'mm: three things');
  t.is(series.version, 3);
  t.is(series.changeId, '20250101-odd-0123456789ab');
  t.is(series.cover?.body, 'The letter.\n');
  t.deepEqual(
    series.patches.map(({ name }) => name),
    ['0001-mm-a-change.patch'],
  );
  t.is(series.notices.length, 2);
  const error = await t.throwsAsync(loadSeries({ kind: 'range', tree: tree.path, range: 'HEAD~..' }));
  t.regex(error.message, /change nothing/u);
});

test('patches of a quilt made with other folder names come back', async (t) => {
  await using tree = await createOddTree();
  await writeFile(tree.at('mm/a.c'), 'int one;\nint 2;\nint three;\n');
  const diff = await tree.git('diff', '--src-prefix=x.orig/', '--dst-prefix=x/');
  await using folder = await createTemporaryFolder('kgate-quilt');
  await mkdir(join(folder.path, 'patches'));
  const bare = diff.replaceAll(/^(?:diff --git|index) .*\n/gmu, '');
  await writeFile(join(folder.path, 'patches/one.patch'), `Say so.\n\n${bare}\n`);
  await writeFile(join(folder.path, 'patches/series'), '# mine\none.patch -p1 # first\n');
  const series = await loadSeries({ kind: 'path', path: folder.path });
  await tree.commit('done');
  t.is(await treeOf(series, tree), await tree.git('rev-parse', 'HEAD^{tree}'));
});
