import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../errors.ts';
import { runKgate } from '../../../fixtures/cli/run-kgate.ts';

const PROJECT = join(import.meta.dirname, '../../..');
const CASE = ['--case', 'mremap/range_beyond_mapping'];

const run = (args: readonly string[]) => runKgate(['bisect', ...args], PROJECT);

const refusal = async (args: readonly string[]) => {
  try {
    await run(args);
    return undefined;
  } catch (error) {
    return error instanceof UsageError ? error.code : error;
  }
};

test('the help ends with three examples and the exit codes', async (t) => {
  const { out } = await run(['--help']);
  t.regex(out, /125 is "cannot tell"/u);
  t.regex(out, /Examples:\n(?: {2}\S.*\n){3}\nExit codes:\n {2}0 {4}one patch or commit was named\n/u);
  t.regex(out, / 130 {2}interrupted\n$/u);
});

test('what is to be searched has to be said, before anything is built', async (t) => {
  t.is(await refusal([...CASE]), 'BISECT_SUBJECT_MISSING');
  t.is(await refusal([...CASE, '--tree', '.']), 'BISECT_SUBJECT_MISSING');
  t.is(await refusal([...CASE, 'fixtures/series/format-patch']), 'GATE_BASE_UNKNOWN');
  // Any kernel tree will do without a kernel file; this folder is none.
  t.is(await refusal([...CASE, '--tree', '.', '--range', 'HEAD~1..']), 'KERNEL_TREE_INVALID');
  t.is(
    await refusal([...CASE, 'fixtures/series/incomplete.mbox', '--base', 'linux-6.12']),
    'SERIES_INCOMPLETE',
  );
  t.is((await run(['fixtures/series/format-patch'])).exitCode, 2);
});

test('a case has to be one, on an architecture that it runs on', async (t) => {
  const series = ['fixtures/kernels/mremap-regression', '--base', 'linux-6.12'];
  t.is(await refusal([...series, '--case', 'mremap']), 'BISECT_CASE_INVALID');
  t.is(await refusal([...series, '--case', 'mremap/*']), 'BISECT_CASE_INVALID');
  t.is(await refusal([...series, '--case', 'mremap/shrnk']), 'RUN_UNKNOWN_CASE');
});

test('a step that cannot be made ends "git bisect run", and is not taken for a bad commit', async (t) => {
  const { exitCode, error } = await run([
    '--step',
    '--tree',
    '/',
    '--kernel',
    'linux-6.12',
    '--case',
    'mremap/no',
  ]);
  t.is(exitCode, 128);
  t.regex(error, /RUN_UNKNOWN_CASE/u);
});
