import test from 'ava';
import type { CoverageSubject } from '../../coverage/coverage-record.ts';
import { nextSteps, type NextStepsInput } from './next-steps.ts';

const file = (text: string, ...added: readonly number[]) => ({ text: text.split('\n'), added });

function steps(
  files: Readonly<Record<string, { readonly text: readonly string[]; readonly added: readonly number[] }>>,
  replaced: Partial<NextStepsInput> = {},
): readonly string[] {
  return nextSteps({
    paths: Object.keys(files).filter((path) => !path.endsWith('Makefile')),
    files: new Map(Object.entries(files)),
    symbols: new Set(),
    configs: new Map([['arm64', new Map([['MMU', 'y']])]]),
    coverage: undefined,
    filtered: false,
    collections: [],
    ...replaced,
  });
}

test('documentation is not part of a kernel', (t) => {
  t.deepEqual(steps({ 'Documentation/process/howto.rst': file('x', 1) }), [
    'Documentation/process/howto.rst is not part of a kernel: there is nothing to execute.',
  ]);
});

test('a test of the kernel’s own is to be run', (t) => {
  t.deepEqual(steps({ 'tools/testing/selftests/mm/mremap_test.c': file('x', 1) }), [
    'tools/testing/selftests/mm/mremap_test.c belongs to a test collection: run that collection on a kernel.',
  ]);
});

test('code of another architecture is to be gated there, if kgate boots it', (t) => {
  t.deepEqual(steps({ 'arch/x86/mm/fault.c': file('x', 1) }), [
    'arch/x86/mm/fault.c is built for x86_64 alone: gate it with --arch x86_64.',
  ]);
  t.deepEqual(steps({ 'arch/sparc/mm/init_64.c': file('x', 1) }), [
    'arch/sparc/mm/init_64.c is built for sparc alone, which kgate does not boot.',
  ]);
});

test('a symbol that is not set is named, whether the series defines it, or a makefile or the code asks for it', (t) => {
  t.deepEqual(
    steps(
      {
        'mm/new.c': file('x', 1),
        'mm/Makefile': file('obj-$(CONFIG_NEW) += new.o', 1),
        'mm/old.c': file('#ifdef CONFIG_OTHER\ny();\n#endif', 2),
      },
      { symbols: new Set(['NEW', 'MMU']) },
    ),
    [
      'CONFIG_NEW is not set, which leaves out mm/new.c: gate it with --config FILE, where FILE says CONFIG_NEW=y.',
      'CONFIG_OTHER is not set, which leaves out code in mm/old.c: gate it with --config FILE, where FILE says CONFIG_OTHER=y.',
    ],
  );
});

test('code that no case reaches asks for one, or for a test collection, or for the whole suite', (t) => {
  const totals = { executable: 2, ran: 0 };
  const coverage: CoverageSubject = {
    kernel: 'k',
    patches: ['0001'],
    builds: [],
    total: totals,
    arches: {},
    files: [
      {
        path: 'mm/madvise.c',
        added: 2,
        total: totals,
        arches: {},
        never: [{ from: 1, to: 2, function: 'do_madvise' }],
        hunks: [],
      },
    ],
    withoutCode: [],
  };
  const files = { 'mm/madvise.c': file('x', 1) };
  t.deepEqual(steps(files, { coverage, filtered: true, collections: ['mm', 'proc'] }), [
    'Only part of the suite was run: gate it with all specs.',
    'Write a case that reaches do_madvise(), or gate it with the kernel’s own selftests/mm and selftests/proc.',
  ]);
  t.deepEqual(steps(files, { coverage }), ['Write a case that reaches do_madvise().']);
});
