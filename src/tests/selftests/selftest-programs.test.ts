import test from 'ava';
import type { BuiltCollection } from './build-collection.ts';
import { listSelftests } from './selftest-programs.ts';

const NOTHING: BuiltCollection = {
  folder: '/f',
  variables: {},
  built: [],
  failed: {},
  settings: 'timeout=180\n',
  scripts: {},
};
const SHELL = { known: new Set(['sh', 'bash']) };

/** Each program with why it is left out. */
const listed = (
  collection: string,
  built: Partial<BuiltCollection>,
  scripts: Parameters<typeof listSelftests>[2] = SHELL,
) =>
  listSelftests(collection, { ...NOTHING, ...built }, scripts).map(({ name, words, leftOut }) =>
    [name, words.join(' '), ...(leftOut === undefined ? [] : [leftOut])].join(' | '),
  );

test('the programs of a collection are executed, and what did not build is named with the reason', (t) => {
  const variables = {
    TEST_GEN_PROGS: ['one', 'two'],
    TEST_PROGS: ['three.sh', 'four.py'],
    TEST_GEN_FILES: ['helper'],
  };
  const built = {
    variables,
    built: ['one', 'three.sh', 'four.py', 'helper'],
    failed: { two: 'ld: cannot find -lcap' },
    scripts: { 'three.sh': '#!/bin/bash\n', 'four.py': '#!/usr/bin/env python3\n' },
  };
  t.deepEqual(listed('own', built), [
    'one | ./one',
    'two | ./two | a build of two: ld: cannot find -lcap',
    'three.sh | ./three.sh',
    'four.py | ./four.py | the interpreter python3 of four.py',
  ]);
  t.deepEqual(listed('own', built, { known: new Set(), missing: 'no network' }).slice(2), [
    'three.sh | ./three.sh | a shell for three.sh: no network',
    'four.py | ./four.py | a shell for four.py: no network',
  ]);
  t.is(listSelftests('own', { ...NOTHING, ...built }, SHELL)[0]?.timeoutMs, 180_000);
});

test('the runner of mm is read in place of being executed, and what it does not call is named', (t) => {
  const names = ['gup_test', 'mseal_test', 'hmm-tests', 'hugepage-shm'];
  const found = {
    variables: { TEST_PROGS: ['run_vmtests.sh'], TEST_GEN_FILES: names },
    built: ['run_vmtests.sh', ...names],
    scripts: {
      'run_vmtests.sh': [
        '#!/bin/bash',
        'CATEGORY="gup_test" run_test ./gup_test -ct -F 0x1 0',
        'CATEGORY="hugetlb" run_test ./hugepage-shm',
        'CATEGORY="mlock" run_test sudo -u nobody ./on-fault-limit',
      ].join('\n'),
    },
  };
  t.deepEqual(listed('mm', found), [
    'gup_test-ct-F-0x1-0 | ./gup_test -ct -F 0x1 0',
    'hugepage-shm | ./hugepage-shm',
    'on-fault-limit | sudo -u nobody ./on-fault-limit | it needs sudo',
    'mseal_test | ./mseal_test',
    'hmm-tests | ./hmm-tests | run_vmtests.sh does not call it',
  ]);
  const [gup, shm] = listSelftests('mm', { ...NOTHING, ...found }, SHELL);
  t.deepEqual(gup?.guest.parameters, ['hugepages=128']);
  t.deepEqual(shm?.guest.parameters?.slice(0, 2), ['hugepages=128', 'sysctl.kernel.shmmax=268435456']);
});
