import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { HostError, UsageError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { splitMailbox } from '../../series/mails/split-mailbox.ts';
import { readCheckedMail } from './checked-mail.ts';
import { findSeries, placeInSeries } from './find-series.ts';

const ROOT = join(import.meta.dirname, '../../..');
const CHANGE = '20261123-mremap-0123456789ab';
const { signal } = new AbortController();

const TITLES = ['mm/mremap: name the part of a mapping that can be resized', 'mm/mremap: another'];

/** A tree with a branch under review, and what b4 0.16 wrote of it in B4_TRACKING_FILE. */
async function createReview({ revision = 1 } = {}) {
  const folder = await createTemporaryFolder('kgate-review');
  const git = async (...args: string[]) => {
    const result = await runCommand('git', [
      '-C',
      folder.path,
      '-c',
      'user.name=A',
      '-c',
      'user.email=a@example.org',
      ...args,
    ]);
    if (result.exitCode !== 0) throw new Error(result.output);
    return result.stdout.trim();
  };
  const commit = async (title: string) => {
    await writeFile(join(folder.path, 'file.c'), `${title}\n`);
    await git('add', '--all');
    await git('commit', '--quiet', '-m', title);
    return git('rev-parse', 'HEAD');
  };
  await git('init', '--quiet', '-b', 'main');
  await commit('base');
  await commit('a prerequisite, which is no part of the series');
  await git('checkout', '--quiet', '-b', `b4/review/${CHANGE}`);
  const first = await commit(TITLES[0]!);
  await commit(TITLES[1]!);
  await git('commit', '--quiet', '--allow-empty', '-m', 'the letter\n\n--- b4-review-tracking ---\n{}');
  await git('checkout', '--quiet', 'main');
  const written: unknown = JSON.parse(
    await readFile(join(ROOT, 'fixtures/exchange/b4/tracking.json'), 'utf8'),
  );
  const { series } = written as { series: object };
  const tracking = { ...(written as object), series: { ...series, 'first-patch-commit': first, revision } };
  const trackingFile = join(folder.path, '.git', 'tracking.json');
  await writeFile(trackingFile, JSON.stringify(tracking));
  return {
    tree: folder.path,
    trackingFile,
    signal,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

async function mail(index: number, subject?: string) {
  const thread = splitMailbox(await readFile(join(ROOT, 'docs/examples/mremap-cleanups.mbox')));
  const text = Buffer.from(thread[index]!.bytes).toString('latin1');
  const changed = subject === undefined ? text : text.replace(/^Subject: .*/mu, `Subject: ${subject}`);
  const read = await readCheckedMail(Buffer.from(changed, 'latin1'));
  if (read === undefined) throw new Error('There is no mail.');
  return read;
}

test('the patches of a cover letter are those of the review branch, without what is below and above them', async (t) => {
  await using review = await createReview();
  const series = await findSeries(await mail(0), review);
  t.deepEqual(
    series.patches.map(({ subject }) => subject),
    TITLES,
  );
  t.is(series.title, 'mm/mremap: three small cleanups');
  t.is(series.cover?.messageId, '<20261123115125.4242-0-kgate@example.org>');
});

test('a patch is found in its series by number and title', async (t) => {
  await using review = await createReview();
  const checked = await mail(1);
  t.is(placeInSeries(checked, 1, await findSeries(checked, review)), 0);
});

test('a patch that the branch has otherwise is refused', async (t) => {
  await using review = await createReview();
  const checked = await mail(2);
  const series = await findSeries(checked, review);
  const error = t.throws(() => placeInSeries(checked, 2, series), { instanceOf: UsageError });
  t.is(error.code, 'B4_SERIES_DIFFERS');
  t.regex(error.message, /is "mm\/mremap: another", and the mail is "mm\/mremap: check both lengths/u);
  t.throws(() => placeInSeries(checked, 7, series), { message: /Patch 7 of .* is missing/u });
});

test('a patch by itself needs neither a branch nor b4', async (t) => {
  const series = await findSeries(await mail(1, '[PATCH v2] mm/mremap: alone'), {
    tree: '/nowhere',
    trackingFile: undefined,
    signal,
  });
  t.deepEqual([series.title, series.version, series.patches.length], ['mm/mremap: alone', 2, 1]);
});

// b4 is not on the PATH of these.
for (const [title, revision, tracked] of [
  ['a series that is not under review', 1, false],
  ['a mail of another version than the branch', 2, true],
] as const) {
  test.serial(`${title} is fetched by its message id`, async (t) => {
    await using review = await createReview({ revision });
    const path = process.env['PATH'];
    process.env['PATH'] = review.tree;
    t.teardown(() => void (process.env['PATH'] = path));
    const places = { ...review, trackingFile: tracked ? review.trackingFile : undefined };
    const error = await t.throwsAsync(findSeries(await mail(0), places), { instanceOf: HostError });
    t.is(error?.code, 'SERIES_B4_MISSING');
    t.regex(error?.message ?? '', /20261123115125\.4242-0-kgate@example\.org/u);
  });
}

for (const [title, content, problem] of [
  ['no JSON', 'tracking', /it holds no JSON/u],
  ['JSON of something else', '{"series":{"change-id":"x"}}', /first-patch-commit/u],
] as const) {
  test(`tracking data that is ${title} is refused`, async (t) => {
    await using review = await createReview();
    await writeFile(review.trackingFile, content);
    const error = await t.throwsAsync(findSeries(await mail(0), review), { instanceOf: UsageError });
    t.is(error?.code, 'B4_TRACKING_UNREADABLE');
    t.regex(error?.message ?? '', problem);
  });
}

test('tracking data that is gone is refused', async (t) => {
  await using review = await createReview();
  const places = { ...review, trackingFile: join(review.tree, 'gone.json') };
  await t.throwsAsync(findSeries(await mail(0), places), { message: /it cannot be read/u });
});
