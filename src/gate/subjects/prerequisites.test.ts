import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createSeries } from '../../../fixtures/gate/series.ts';
import { UsageError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { loadSeries } from '../../series/load-series.ts';
import type { Prerequisite } from '../../series/patches/series.ts';
import { readSeries } from '../../kernel/patches/apply-series.ts';
import { findProject } from '../../run/project/project.ts';
import { chooseSubjects } from './choose-subjects.ts';
import { findPrerequisites } from './prerequisites.ts';

const { signal } = new AbortController();

/** A tree with a base, a branch of two patches that are not upstream yet, and a series on top of it, as git mails that. */
async function createTree() {
  const folder = await createTemporaryFolder('kgate-prerequisites');
  const git = async (...args: string[]) => {
    const all = ['-C', folder.path, '-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args];
    const result = await runCommand('git', all);
    if (result.exitCode !== 0) throw new Error(result.output);
    return result.stdout.trim();
  };
  const commit = async (name: string, title: string) => {
    const lines = Array.from({ length: 20 }, (_, index) => `${name} ${index}`);
    await writeFile(join(folder.path, name), `${lines.join('\n')}\n${title}\n`);
    await git('add', '--all');
    await git('commit', '--quiet', '-m', title);
  };
  await git('init', '--quiet', '-b', 'main');
  await commit('a.c', 'base');
  const base = await git('rev-parse', 'HEAD');
  await git('checkout', '--quiet', '-b', 'others');
  await commit('b.c', 'mm: first of others');
  await git('mv', 'a.c', 'moved.c');
  await appendFile(join(folder.path, 'moved.c'), 'more\n');
  await commit('b.c', 'mm: second of others');
  await git('checkout', '--quiet', '-b', 'series');
  await commit('c.c', 'mm: mine');
  const mails = join(folder.path, '.git', 'mails');
  await mkdir(mails);
  await git('format-patch', '--quiet', `--base=${base}`, '-1', '-o', mails);
  const series = await loadSeries({ kind: 'path', path: mails });
  const place = { tree: folder.path, commit: base, chosen: false };
  return { git, base, series, place, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

test('what "git format-patch --base" names is found in the tree, in order', async (t) => {
  await using tree = await createTree();
  t.is(tree.series.baseCommit, tree.base);
  t.is(tree.series.prerequisites.length, 2);
  const { patches, notices } = await findPrerequisites(tree.series, tree.place, signal);
  t.deepEqual(
    patches.map(({ subject }) => subject),
    ['mm: first of others', 'mm: second of others'],
  );
  t.regex(
    notices.join('\n'),
    /^[0-9a-f]{12} \("mm: first of others"\) was applied first: the series wants it\.$/mu,
  );
});

test('a base that has them needs nothing more', async (t) => {
  await using tree = await createTree();
  const commit = await tree.git('rev-parse', 'others');
  t.deepEqual(await findPrerequisites(tree.series, { ...tree.place, commit, chosen: true }, signal), {
    patches: [],
    notices: [],
  });
});

test('a base that was chosen by hand is left as it is, and what it lacks is named', async (t) => {
  await using tree = await createTree();
  const { patches, notices } = await findPrerequisites(tree.series, { ...tree.place, chosen: true }, signal);
  t.is(patches.length, 0);
  t.regex(
    notices.join('\n'),
    /\("mm: second of others"\) applied first, which the chosen base does not have\./u,
  );
});

test('one that the tree does not have is named', async (t) => {
  await using tree = await createTree();
  await tree.git('checkout', '--quiet', 'main');
  await tree.git('branch', '-D', 'others', 'series');
  const [first] = tree.series.prerequisites;
  const error = await t.throwsAsync(findPrerequisites(tree.series, tree.place, signal), {
    instanceOf: UsageError,
  });
  t.is(error?.code, 'SERIES_PREREQUISITE_MISSING');
  t.true(error?.message.includes(first?.id ?? ''));
  const { notices } = await findPrerequisites(tree.series, { ...tree.place, chosen: true }, signal);
  t.is(notices[0], `The series wants the patch ${first?.id} applied first, which the tree does not have.`);
});

const named = test.macro<[prerequisites: readonly Prerequisite[], notice: RegExp]>({
  async exec(t, prerequisites, notice) {
    const { patches, notices } = await findPrerequisites(createSeries({ prerequisites }), undefined, signal);
    t.is(patches.length, 0);
    t.is(notices.length, 1);
    t.regex(notices[0] ?? '', notice);
  },
  title: (_, [prerequisite]) => `without a tree, a ${prerequisite?.kind} is named`,
});

test(named, [{ kind: 'patch-id', id: 'a1b2' }], /the patch a1b2 applied first; --tree names a git tree/u);
test(
  named,
  [{ kind: 'message-id', id: '<1@x.org>' }],
  /the mail <1@x\.org> applied first: b4 am -o - '1@x\.org' fetches it/u,
);
test(named, [{ kind: 'change-id', id: '2026-x:v2' }], /the change 2026-x:v2 applied first/u);

test.serial('a gate on the commit that the series names builds on it what that wants first', async (t) => {
  await using tree = await createTree();
  await using cache = await createTemporaryFolder('kgate-cache');
  const before = process.env['KGATE_CACHE'];
  process.env['KGATE_CACHE'] = cache.path;
  t.teardown(() => {
    if (before === undefined) delete process.env['KGATE_CACHE'];
    else process.env['KGATE_CACHE'] = before;
  });
  const project = await findProject(join(import.meta.dirname, '../../..'));
  const request = { series: tree.series, tree: tree.place.tree, like: 'linux-6.12', signal };
  const { base, patched, notices } = await chooseSubjects(project, request);
  t.regex(base.id, /^linux-6\.12-at-[0-9a-f]{12}-with-prerequisites$/u);
  t.is((await readSeries(base.series[0] ?? '')).length, 2);
  t.is(patched.series.length, 2);
  t.is(notices?.length, 2);
  const chosen = await chooseSubjects(project, { ...request, base: tree.base });
  t.deepEqual(chosen.base.series, []);
});
