import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { loadSeries } from '../load-series.ts';

const DIFF = '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n';
const STAT = ' x | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\n';

interface Written {
  readonly title: string;
  readonly tag?: string;
  readonly diff?: string;
  readonly headers?: string;
  /** A digit, for the whole commit. */
  readonly commit?: string;
}

/** A patch as `git format-patch` writes it. */
const written = ({ title, tag = '[PATCH] ', diff = DIFF, headers = '', commit = '1' }: Written): string =>
  `From ${commit.repeat(40)} Mon Sep 17 00:00:00 2001\n${headers}From: a <a@x>\n` +
  `Date: Mon, 2 Nov 2026 10:00:00 +0000\nSubject: ${tag}${title}\n\nWhy.\n---\n${STAT}${diff}`;

/** The titles of a series of these files, or the error. */
async function load(files: Readonly<Record<string, string>>, name = '') {
  await using folder = await createTemporaryFolder('kgate-series');
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder.path, file)), { recursive: true });
    await writeFile(join(folder.path, file), text);
  }
  try {
    const { title, patches } = await loadSeries({ kind: 'path', path: join(folder.path, name) });
    return { title, patches: patches.map(({ subject }) => subject) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { code: error.code, detail: error.detail?.replaceAll(`${folder.path}/`, '') };
  }
}

const FIRST = written({ title: 'first' });
const CUT = written({ title: 'second', diff: '', commit: '2' });

for (const [what, files, detail] of [
  [
    'a quilt series',
    { series: 'a.patch\nb.patch\n', 'a.patch': `First.\n\n${DIFF}`, 'b.patch': 'Second.\n\n' },
    'b.patch: (no subject)',
  ],
  [
    'a folder',
    { '0001-first.patch': FIRST, '0002-second.patch': CUT, '0003-third.patch': '' },
    '0002-second.patch: [PATCH] second\n0003-third.patch: (no subject)',
  ],
  [
    'a numbered folder',
    {
      '0001-first.patch': written({ title: 'first', tag: '[PATCH 1/2] ' }),
      '0002-second.patch': written({ title: 'second', tag: '[PATCH 2/2] ', diff: '' }),
    },
    '0002-second.patch: [PATCH 2/2] second',
  ],
  [
    'a folder with message ids',
    {
      '0001-first.patch': written({ title: 'first', headers: 'Message-ID: <1@x>\n' }),
      '0002-second.patch': written({
        title: 'second',
        headers: 'Message-ID: <2@x>\n',
        diff: '',
        commit: '2',
      }),
    },
    '0002-second.patch: [PATCH] second',
  ],
] as const)
  test(`${what} in which files lost their diffs is refused, and each is named`, async (t) => {
    t.deepEqual(await load(files), { code: 'SERIES_PATCH_DAMAGED', detail });
  });

test('a mailbox that git wrote is refused if a patch in it lost its diff', async (t) => {
  const mailbox = { 'all.mbox': `${FIRST}\n${CUT}` };
  t.deepEqual(await load(mailbox, 'all.mbox'), {
    code: 'SERIES_PATCH_DAMAGED',
    detail: 'all.mbox:17: [PATCH] second',
  });
  const nameless = [written({ title: 'first', commit: '0' }), written({ title: 'b', diff: '', commit: '0' })];
  t.like(await load({ 'all.mbox': nameless.join('\n') }, 'all.mbox'), { code: 'SERIES_PATCH_DAMAGED' });
});

test('a cover letter has no diff, with or without a number', async (t) => {
  const cover = { title: 'Two things', diff: '' };
  const expected = { title: 'Two things', patches: ['first', 'second'] };
  const second = written({ title: 'second', commit: '2' });
  t.deepEqual(
    await load({
      'v2-0000-cover-letter.patch': written({ ...cover, commit: '3' }),
      '1.patch': FIRST,
      '2.patch': second,
    }),
    expected,
  );
  t.deepEqual(
    await load({ 'all.mbox': [written({ ...cover, commit: '2' }), FIRST, second].join('\n') }, 'all.mbox'),
    expected,
  );
  t.deepEqual(
    await load({
      series: '0.patch\n1.patch\n2.patch\n',
      '0.patch': written({ ...cover, tag: '[PATCH 0/2] ', commit: '3' }),
      '1.patch': FIRST,
      '2.patch': second,
    }),
    expected,
  );
});

test('other files in a folder, and replies in a mailbox there, are no patches', async (t) => {
  const reply =
    'From b Mon Sep 17 00:00:00 2001\nMessage-ID: <2@x>\nFrom: b <b@x>\nSubject: Re: first\n\nNice.\n';
  t.deepEqual(await load({ README: 'About these.\n', '1.patch': `${FIRST}\n${reply}` }), {
    title: 'first',
    patches: ['first'],
  });
});

const mailWith = (...attached: readonly string[]): string =>
  'Message-ID: <1@x>\nFrom: a <a@x>\nSubject: [PATCH] two\n' +
  `Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below.\n${attached.join('')}--b--\n`;

const file = (text: string): string =>
  `--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.patch\n\n${text}\n`;

test('an attached patch that lost its diff is missed, and an attached cover letter or mail is not', async (t) => {
  const forwarded = '--b\nContent-Type: message/rfc822\n\nFrom: b <b@x>\nSubject: Re: first\n\nNice.\n';
  const cover = written({ title: 'Two things', tag: '[PATCH 0/1] ', diff: '' });
  const halves = [
    written({ title: 'first', tag: '[PATCH 1/2] ' }),
    written({ title: 'b', tag: '[PATCH 2/2] ', diff: '' }),
  ];
  t.like(await load({ 'a.mbox': mailWith(...halves.map(file)) }, 'a.mbox'), { code: 'SERIES_PATCH_DAMAGED' });
  t.like(await load({ 'a.mbox': mailWith(file(FIRST), file(CUT)) }, 'a.mbox'), { code: 'SERIES_AMBIGUOUS' });
  t.like(await load({ 'a.mbox': mailWith(file('')) }, 'a.mbox'), { code: 'SERIES_PATCH_DAMAGED' });
  t.like(await load({ 'a.mbox': mailWith(file(cover), file(FIRST), forwarded) }, 'a.mbox'), {
    patches: ['first'],
  });
});
