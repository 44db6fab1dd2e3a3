import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../errors.ts';
import { runCommand } from '../process/run-command.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { bytesOfText } from '../util/byte-text.ts';
import { findBaseCommit } from './git/base-commit.ts';
import { loadSeries } from './load-series.ts';
import type { Series } from './patches/series.ts';
import { writePatches } from './patches/write-series.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/series');
const MINI = join(import.meta.dirname, '../../fixtures/trees/mini');

const load = (name: string) => loadSeries({ kind: 'path', path: join(FIXTURES, name) });
const subjects = ({ patches }: Series) => patches.map(({ subject }) => subject);

const SUBJECTS = [
  'mm/clone: say what the file is for',
  'mm/fork: tell the size, in pages, of what a fork copies – including a subject that is folded',
  'mm: add size()',
];

/** What the mini tree's files are after `git am`, or `git apply` where patches have no author. */
async function applyTo(series: Series, command: readonly string[]): Promise<string> {
  await using folder = await createTemporaryFolder('kgate-apply');
  const tree = join(folder.path, 'tree');
  await cp(MINI, tree, { recursive: true });
  const git = (...args: string[]) =>
    runCommand('git', ['-C', tree, '-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args]);
  await git('init', '--quiet');
  await git('add', '--force', '.');
  await git('commit', '--quiet', '-m', 'base');
  const files = await writePatches(series.patches, join(folder.path, 'patches'));
  const result = await git(...command, ...files);
  if (result.exitCode !== 0) throw new Error(result.output);
  const log = command[0] === 'am' ? (await git('log', '-3', '--format=%an <%ae>%n%aI%n%B')).stdout : '';
  const texts = await Promise.all(
    ['clone', 'fork', 'size'].map((name) => readFile(join(tree, `mm/${name}.c`), 'utf8')),
  );
  return `${texts.join('---\n')}\n${log}`;
}

for (const name of [
  'thread.mbox',
  'thread.mbox.gz',
  'thread.maildir',
  'crlf.mbox',
  'attached-patches.mbox',
  'format-patch',
  'stdout.mbox',
]) {
  test(`${name} holds the series, and "git am" makes the same commits of it`, async (t) => {
    const series = await load(name);
    t.deepEqual(subjects(series), SUBJECTS);
    t.deepEqual(
      await applyTo(series, ['am', '--quiet']),
      await applyTo(await load('format-patch'), ['am', '--quiet']),
    );
  });
}

test('a quilt series applies in its order, with titles from its headers', async (t) => {
  const series = await load('quilt');
  t.deepEqual(subjects(series), [
    'say what mm/clone.c is for',
    'Tell the size of what a fork copies',
    'size',
  ]);
  const files = ['apply'];
  t.is(await applyTo(series, files), await applyTo(await load('format-patch'), files));
});

test('the cover letter gives the title, and a base-commit trailer the base', async (t) => {
  const series = await load('thread.mbox');
  t.is(series.title, 'mm: three small things');
  t.is(series.version, 3);
  t.is(series.cover?.messageId, '<v3-cover@x>');
  t.is(series.cover?.from, 'Jörg Müller <joerg@example.org>');
  t.deepEqual(series.cover?.cc, ['Some One <some@example.org>', '"Other, An" <other@example.org>']);
  t.regex(series.cover!.body, /^From the first to the last/u);
  t.is(series.baseCommit, '7818c2446c2558958c56b7d20a7fcfba54dc1ee2');
});

test('the newest version wins, and what was left out is reported', async (t) => {
  const { notices } = await load('thread.mbox');
  t.true(notices.includes('v2 is there too; the newest, v3, was taken.'));
  t.true(notices.some((notice) => notice.includes('contains another patch')));
});

test('trailers go to the patch that a reply is about, those to the cover letter to all', async (t) => {
  const { patches, notices } = await load('thread.mbox');
  const all = 'Tested-by: Bob Tester <bob@example.org>';
  t.deepEqual(
    patches.map(({ trailers }) => trailers),
    [
      [all],
      ['Reviewed-by: Ann Example <ann@example.org>', 'Acked-by: Cy Three <cy@example.org>', all],
      [all],
    ],
  );
  t.false(patches.some(({ text }) => text.includes('Reviewed-by')));
  t.true(notices.some((notice) => /Dee Other.*Mallory/u.test(notice)));
});

test('a new version of one patch replaces that one alone', async (t) => {
  const series = await load('partial.mbox');
  t.is(series.version, 4);
  t.deepEqual(subjects(series), SUBJECTS);
  t.regex(series.patches[1]!.text, /return 6;/u);
  t.true(series.notices.some((notice) => notice.includes('v4 replaces 2/3')));
});

test('the words of a mail in another charset become UTF-8, and its diff keeps its bytes, as with "git am"', async (t) => {
  const { patches } = await load('latin1.mbox');
  const bytes = Buffer.from(bytesOfText(patches[0]!.text));
  t.true(bytes.includes(Buffer.from('Größe in Seiten, naïve', 'latin1')));
  t.true(bytes.includes('From: Jörg Müller'));
  t.is(patches[0]!.mail?.from, 'Jörg Müller <joerg@example.org>');
});

test('an attached diff has the message of its mail', async (t) => {
  const { patches } = await load('attached-diff.mbox');
  t.is(patches.length, 1);
  t.regex(patches[0]!.text, /^Signed-off-by: Jörg Müller[^]*^diff --git a\/mm\/clone\.c/mu);
});

for (const [name, code, words] of [
  ['flowed.mbox', 'SERIES_MAIL_FLOWED', /format=flowed/u],
  ['wrapped.mbox', 'SERIES_PATCH_DAMAGED', /wrapped\.mbox is damaged.*wrapped/u],
  ['cut-off.mbox', 'SERIES_PATCH_DAMAGED', /the text ends in the middle of a hunk/u],
  ['incomplete.mbox', 'SERIES_INCOMPLETE', /incomplete\.mbox lacks patch 2\/3\./u],
  ['two-with-one-number.mbox', 'SERIES_AMBIGUOUS', /two different patches, both 1\/3\./u],
  ['no-patch.mbox', 'SERIES_EMPTY', /There is no patch in .*no-patch\.mbox/u],
  ['absent.mbox', 'SERIES_MISSING', /There is no series at .*absent\.mbox/u],
] as const) {
  test(`${name} is refused with ${code}`, async (t) => {
    const error = await t.throwsAsync(load(name), { instanceOf: UsageError, message: words });
    t.is(error.code, code);
  });
}

test('a folder that lacks a numbered patch is refused', async (t) => {
  await using folder = await createTemporaryFolder('kgate-series');
  await cp(join(FIXTURES, 'format-patch'), folder.path, { recursive: true });
  await rm(join(folder.path, 'v3-0003-mm-add-size.patch'));
  const error = await t.throwsAsync(loadSeries({ kind: 'path', path: folder.path }), {
    instanceOf: UsageError,
  });
  t.is(error.code, 'SERIES_INCOMPLETE');
  t.regex(error.message, /lacks patch 3\/3\./u);
});

test('a quilt series names every line that cannot be followed', async (t) => {
  await using folder = await createTemporaryFolder('kgate-series');
  await writeFile(join(folder.path, 'series'), 'a.patch\nb.patch -p0\n');
  const error = await t.throwsAsync(loadSeries({ kind: 'path', path: folder.path }), {
    instanceOf: UsageError,
  });
  t.is(error.code, 'SERIES_QUILT_INVALID');
  t.regex(error.detail!, /series:1: there is no file.*\n.*series:2: the option -p0/u);
});

test('files without numbers are in the order of their names, and bare diffs will do', async (t) => {
  await using folder = await createTemporaryFolder('kgate-series');
  const diff = '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n';
  await writeFile(join(folder.path, '2-second.patch'), diff);
  await writeFile(join(folder.path, '1-first.diff'), diff);
  const series = await loadSeries({ kind: 'path', path: folder.path });
  t.deepEqual(subjects(series), ['first', 'second']);
  t.deepEqual(
    series.patches.map(({ name }) => name),
    ['0001-first.patch', '0002-second.patch'],
  );
});

test('files that are no mails at all are refused', async (t) => {
  await using folder = await createTemporaryFolder('kgate-series');
  const refuse = async (content: Uint8Array) => {
    const path = join(folder.path, 'a');
    await writeFile(path, content);
    return (await t.throwsAsync(loadSeries({ kind: 'path', path }), { instanceOf: UsageError })).code;
  };
  t.is(await refuse(Buffer.from('')), 'SERIES_EMPTY');
  t.is(await refuse(Buffer.from([0x1f, 0x8b, 1, 2, 3])), 'SERIES_MAIL_INVALID');
  t.is(
    await refuse(await readFile(process.execPath).then((bytes) => bytes.subarray(0, 100_000))),
    'SERIES_EMPTY',
  );
});

/** The mini tree in git with the fixture's patches on top of the tag `base`. */
async function gitTree() {
  const folder = await createTemporaryFolder('kgate-tree');
  await cp(MINI, folder.path, { recursive: true });
  const git = async (...args: string[]) => {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
    const result = await runCommand('git', ['-C', folder.path, ...identity, ...args]);
    if (result.exitCode !== 0) throw new Error(result.output);
    return result.stdout.trim();
  };
  await git('init', '--quiet');
  await git('add', '--force', '.');
  await git('commit', '--quiet', '-m', 'base');
  await git('tag', 'base');
  await git('am', '--quiet', join(FIXTURES, 'stdout.mbox'));
  return { ...folder, git };
}

test('a range of a git tree is a series on the commit before it, whatever the tree’s settings', async (t) => {
  await using tree = await gitTree();
  for (const [key, value] of [
    ['diff.noprefix', 'true'],
    ['format.attach', 'true'],
    ['format.coverLetter', 'true'],
    ['diff.mnemonicPrefix', 'true'],
  ])
    await tree.git('config', key!, value!);
  const series = await loadSeries({ kind: 'range', tree: tree.path, range: 'base..' });
  t.deepEqual(subjects(series), SUBJECTS);
  t.is(series.baseCommit, await tree.git('rev-parse', 'base'));
  t.is(series.patches[2]!.origin, await tree.git('rev-parse', 'HEAD'));
  t.is(await applyTo(series, ['am', '--quiet']), await applyTo(await load('stdout.mbox'), ['am', '--quiet']));
});

test('ranges that are no series are refused', async (t) => {
  await using tree = await gitTree();
  const refuse = async (range: string) =>
    (await t.throwsAsync(loadSeries({ kind: 'range', tree: tree.path, range }), { instanceOf: UsageError }))
      .code;
  t.is(await refuse('HEAD..HEAD'), 'SERIES_EMPTY');
  t.is(await refuse('nowhere..HEAD'), 'SERIES_REVISION_UNKNOWN');
  t.is(await refuse('a...b'), 'SERIES_RANGE_INVALID');
  t.is(await refuse('--output=/tmp/x..HEAD'), 'SERIES_REVISION_UNKNOWN');
  await tree.git('checkout', '--quiet', '-b', 'side', 'base');
  await tree.git('commit', '--quiet', '--allow-empty', '-m', 'aside');
  await tree.git('merge', '--quiet', '--no-edit', '-');
  t.is(await refuse('base..HEAD'), 'SERIES_RANGE_MERGES');
});

test('a base commit is looked up in a tree, and missed by name', async (t) => {
  await using tree = await gitTree();
  const series = await load('thread.mbox');
  const base = await tree.git('rev-parse', 'base');
  t.is(await findBaseCommit({ ...series, baseCommit: base.slice(0, 12) }, tree.path), base);
  t.is(await findBaseCommit({ ...series, baseCommit: undefined }, tree.path), undefined);
  const error = await t.throwsAsync(findBaseCommit(series, tree.path), { instanceOf: UsageError });
  t.is(error.code, 'SERIES_BASE_COMMIT_MISSING');
  t.regex(error.message, /7818c2446c25/u);
});

test('a patch that is UTF-8 and was never mailed stays as it is, byte by byte', async (t) => {
  const folder = join(import.meta.dirname, '../../kernels/series/process-vm-mmap/6.12');
  const series = await loadSeries({ kind: 'path', path: folder });
  for (const { origin, text } of series.patches) t.is(text, await readFile(origin, 'utf8'));
  t.is(series.patches.length, 9);
});

test('patches are written in order, with names of their own', async (t) => {
  await using folder = await createTemporaryFolder('kgate-series');
  await mkdir(join(folder.path, 'there'));
  const series = await load('quilt');
  const files = await writePatches(series.patches, join(folder.path, 'there'));
  t.deepEqual(
    files.map((file) => file.slice(folder.path.length)),
    [
      '/there/0001-say-what-mm-clone.c-is-for.patch',
      '/there/0002-Tell-the-size-of-what-a-fork-copies.patch',
      '/there/0003-size.patch',
    ],
  );
});
