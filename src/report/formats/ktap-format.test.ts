import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import test from 'ava';
import { execa } from 'execa';
import { createHostileResults } from '../../../fixtures/report/hostile.ts';
import { parseWithKunit, type KunitTest } from '../../../fixtures/report/kunit-parser.ts';
import { renderResults } from '../../../fixtures/report/render.ts';
import { createResult } from '../../../fixtures/report/results.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { ktapFormat } from './ktap-format.ts';

const MIXED = [
  createResult(),
  createResult({ case: 'gate', outcome: 'skipped', skipReason: 'no gate area (needs #vsyscall)' }),
  createResult({ case: 'twice', repeat: 2 }),
  createResult({
    case: 'known',
    outcome: 'failed',
    known: { reason: 'a bug of ours', expires: '2027-01-01' },
  }),
  createResult({ arch: 'arm64', outcome: 'failed', problems: ['call.errno: expected EFAULT, seen none.'] }),
  createResult({ arch: 'arm64', case: 'slow', outcome: 'hung', problems: ['The program hung.'] }),
];

async function kunit(ktap: string): Promise<KunitTest> {
  await using folder = await createTemporaryFolder('kgate-kunit');
  return await parseWithKunit(ktap, folder.path);
}

/** As docs/reports.md pipes it, in a shell: unlike Node's own pipes, which cannot be opened again. */
async function prove(ktap: string) {
  await using folder = await createTemporaryFolder('kgate-prove');
  const file = join(folder.path, 'run.ktap');
  await writeFile(file, ktap);
  const command = 'cat "$0" | prove -e cat /dev/stdin';
  return await execa('sh', ['-c', command, file], { reject: false, env: { LC_ALL: 'C' } });
}

const outline = ({ name, status, subtests }: KunitTest): unknown =>
  subtests.length === 0 ? `${status} ${name}` : { [`${status} ${name}`]: subtests.map(outline) };

test('a run becomes a subtest for each spec, kernel and architecture', async (t) => {
  t.is(
    await renderResults(ktapFormat, MIXED),
    `KTAP version 1
# kgate run 20260102-030405-abcd: failed
1..2
  KTAP version 1
  # Subtest: special-mappings on process-vm-mmap-6.12 x86_64
  1..4
  ok 1 vdso_whole
  ok 2 gate # SKIP no gate area (needs _vsyscall)
  ok 3 twice (repeat 2)
  # known: clone the whole vDSO
  # specs/special-mappings.yaml:6
  ok 4 known # XFAIL a bug of ours
ok 1 special-mappings on process-vm-mmap-6.12 x86_64
  KTAP version 1
  # Subtest: special-mappings on process-vm-mmap-6.12 arm64
  1..2
  # failed: clone the whole vDSO
  # call.errno: expected EFAULT, seen none.
  # specs/special-mappings.yaml:6
  not ok 1 vdso_whole
  # hung: clone the whole vDSO
  # The program hung.
  # specs/special-mappings.yaml:6
  not ok 2 slow # TIMEOUT
not ok 2 special-mappings on process-vm-mmap-6.12 arm64
# 1 case failed.
# 1 case hung.
`,
  );
});

test('the kernel’s own kunit parser reads names, results, skips and diagnostics', async (t) => {
  const main = await kunit(await renderResults(ktapFormat, MIXED));
  t.is(main.errors, 0);
  t.deepEqual(outline(main), {
    'FAILURE main': [
      {
        'SUCCESS special-mappings on process-vm-mmap-6.12 x86_64': [
          'SUCCESS vdso_whole',
          'SKIPPED gate',
          'SUCCESS twice (repeat 2)',
          'SUCCESS known',
        ],
      },
      {
        'FAILURE special-mappings on process-vm-mmap-6.12 arm64': ['FAILURE vdso_whole', 'FAILURE slow'],
      },
    ],
  });
  t.true(main.subtests[1]!.subtests[0]!.log.some((line) => line.includes('expected EFAULT, seen none')));
});

test('prove reads the outer level and fails where a case failed', async (t) => {
  const failed = await prove(await renderResults(ktapFormat, MIXED));
  t.is(failed.exitCode, 1);
  t.regex(failed.stdout, /Failed 1\/2 subtests/u);
  const passed = await prove(await renderResults(ktapFormat, MIXED.slice(0, 4)));
  t.is(passed.exitCode, 0, passed.stdout);
});

test('what a guest prints forges no result for the kunit parser', async (t) => {
  const main = await kunit(await renderResults(ktapFormat, createHostileResults()));
  t.is(main.errors, 0);
  t.deepEqual(
    main.subtests[0]?.subtests.map(({ status, name }) => `${status} ${name}`),
    [
      'SUCCESS passes',
      'FAILURE fails',
      'FAILURE crashes',
      'FAILURE hangs',
      'SKIPPED skips',
      'SUCCESS is_known',
    ],
  );
});

test('what a guest prints forges no result for prove', async (t) => {
  const { stdout, exitCode } = await prove(await renderResults(ktapFormat, createHostileResults()));
  t.is(exitCode, 1);
  t.regex(stdout, /Failed 1\/1 subtests/u);
  t.notRegex(stdout, /Bailout|Parse errors/u);
});

test('every line of a guest stands behind a "#"', async (t) => {
  const text = await renderResults(ktapFormat, createHostileResults());
  for (const line of text.split('\n').slice(0, -1))
    t.regex(line, /^ *(?:KTAP version 1|1\.\.\d+|(?:not )?ok \d+ |# )/u);
});

test('a red verdict without a red case is a result that is not ok', async (t) => {
  const text = await renderResults(ktapFormat, [createResult()], {
    verdict: 'interrupted',
    reasons: ['The run was interrupted.'],
  });
  t.regex(text, /not ok 1 verdict # ERROR interrupted\nnot ok 2 kgate/u);
  t.is((await prove(text)).exitCode, 1);
  t.is((await kunit(text)).status, 'FAILURE');
});

test('a suite that was skipped whole is skipped', async (t) => {
  const text = await renderResults(ktapFormat, [
    createResult(),
    createResult({ spec: 'other', outcome: 'skipped', skipReason: 'no KSM' }),
  ]);
  t.regex(text, /\nok 2 other on process-vm-mmap-6\.12 x86_64 # SKIP every case was skipped\n/u);
});

test('what a program wrote to stdout and to stderr is told apart', async (t) => {
  const failed = createResult({ outcome: 'failed', output: 'one\ntwo\n\nno such file\n', stderrAt: 9 });
  const ktap = await renderResults(ktapFormat, [failed]);
  t.regex(ktap, /\n {2}# stdout:\n {2}# \| one\n {2}# \| two\n {2}# stderr:\n {2}# \| no such file\n/u);
  const only = createResult({ outcome: 'failed', output: 'no such file\n', stderrAt: 0 });
  t.notRegex(await renderResults(ktapFormat, [only]), /stdout/u);
});
