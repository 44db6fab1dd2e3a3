import test from 'ava';
import { DATE, watchedCommit } from '../../../fixtures/watch/commits.ts';
import { judgeHistory } from '../../watch/judge-history.ts';
import { createPalette } from '../text/palette.ts';
import { renderWatch, renderWatchedCommit } from './watch-table.ts';

const palette = createPalette(false);
const history = judgeHistory([
  { commit: 'f'.repeat(40), subject: 'Newest', date: DATE },
  watchedCommit('e'.repeat(40), 'Break\u001B[31m it', {
    'a › b (x86_64)': 'failed',
    'a › c (x86_64)': 'passed',
  }),
  watchedCommit('d'.repeat(40), 'Half done', 'not-built'),
  watchedCommit('c'.repeat(40), 'Fine', { 'a › b (x86_64)': 'passed', 'a › c (x86_64)': 'flaky' }),
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
  const fine = judgeHistory([watchedCommit('a'.repeat(40), 'Fine', { 'a › b (x86_64)': 'passed' })]);
  t.regex(renderWatch(fine, palette), /Nothing is wrong on the newest commit that was tested\.\n$/u);
});
