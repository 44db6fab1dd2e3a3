import test from 'ava';
import { asCommitResult, type Ending } from '../../watch/commit-result.ts';
import { judgeHistory } from '../../watch/judge-history.ts';
import { createPalette } from '../text/palette.ts';
import { renderWatch, renderWatchedCommit } from './watch-table.ts';

const palette = createPalette(false);
const DATE = '2026-11-30T12:00:00Z';

function commitOf(commit: string, subject: string, cases: Record<string, Ending> | 'not-built') {
  const state = cases === 'not-built' ? cases : 'tested';
  const result = asCommitResult({
    commit,
    kgate: '0',
    tested: DATE,
    ms: 1,
    state,
    reasons: [],
    cases: cases === 'not-built' ? {} : cases,
  });
  return { commit, subject, date: DATE, result };
}

const history = judgeHistory([
  { commit: 'f'.repeat(40), subject: 'Newest', date: DATE },
  commitOf('e'.repeat(40), 'Break\u001B[31m it', { 'a › b (x86_64)': 'failed', 'a › c (x86_64)': 'passed' }),
  commitOf('d'.repeat(40), 'Half done', 'not-built'),
  commitOf('c'.repeat(40), 'Fine', { 'a › b (x86_64)': 'passed', 'a › c (x86_64)': 'flaky' }),
]);

test('a line for each commit, then what is wrong, since when', (t) => {
  t.is(
    renderWatch(history, palette),
    `${[
      'ffffffffffff   waiting                                 Newest',
      'eeeeeeeeeeee   1 passed, 1 failed   broke 1, fixed 1   Break it',
      'dddddddddddd   does not build       broke 1            Half done',
      'cccccccccccc   1 passed, 1 flaky                       Fine',
      '',
      'failed  a › b (x86_64)',
      '    since eeeeeeeeeeee Break it',
      '    right on cccccccccccc; 1 commit between them says nothing about it',
    ].join('\n')}\n`,
  );
});

test('a commit is told with what it broke and fixed', (t) => {
  t.is(
    renderWatchedCommit(history.commits[1]!, palette),
    ['eeeeeeeeeeee  1 passed, 1 failed  Break it', '    broke  a › b (x86_64)', '    fixed  the build'].join(
      '\n',
    ),
  );
});

test('where all is well, that is said', (t) => {
  const fine = judgeHistory([commitOf('a'.repeat(40), 'Fine', { 'a › b (x86_64)': 'passed' })]);
  t.regex(renderWatch(fine, palette), /Nothing is wrong on the newest commit that was tested\.\n$/u);
});
