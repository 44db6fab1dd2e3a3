import test from 'ava';
import { readRunnerCalls } from './runner-calls.ts';

const RUNNER = `#!/bin/bash
echo "TAP version 13" | tap_output
CATEGORY="hugetlb" run_test ./hugepage-mmap
run_matrix() {
    for huge in -t -T; do
        CATEGORY="gup_test" run_test ./gup_test \\
                $huge -u
    done
}
if test_selected "x"; then
	CATEGORY="gup_test" run_test ./gup_test -ct -F 0x1 0 19
fi
stress=./uffd-stress
CATEGORY="userfaultfd" run_test \${stress} hugetlb "$half" 32
CATEGORY="mlock" run_test sudo -u nobody ./on-fault-limit
CATEGORY="thp" run_test ./split \${XFS}
CATEGORY="hmm" run_test bash ./test_hmm.sh smoke
CATEGORY="hugetlb" run_test ./hugepage-mmap
`;

test('the calls of a runner are read with their arguments, each once', (t) => {
  const { calls } = readRunnerCalls(RUNNER, { half: '128', XFS: '' });
  t.deepEqual(
    calls.map(({ words, category }) => [category, ...words]),
    [
      ['hugetlb', './hugepage-mmap'],
      ['gup_test', './gup_test', '-ct', '-F', '0x1', '0', '19'],
      ['userfaultfd', './uffd-stress', 'hugetlb', '128', '32'],
      ['thp', './split'],
      ['hmm', 'bash', './test_hmm.sh', 'smoke'],
    ],
  );
});

test('a call that cannot be read is named, with the reason', (t) => {
  const { unread } = readRunnerCalls(RUNNER, { half: '128', XFS: '' });
  t.deepEqual(unread, [
    { text: './gup_test $huge -u', reason: 'the value of $huge is not known' },
    { text: 'sudo -u nobody ./on-fault-limit', reason: 'it needs sudo' },
  ]);
});
