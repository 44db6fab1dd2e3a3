import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { createRecordedContext } from '../../../fixtures/cli/recorded-context.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { createProgram } from '../program.ts';
import { completeWords, type KnownNames } from './complete-words.ts';
import { findProgram } from '../../util/find-program.ts';
import { COMPLETION_SCRIPTS, SHELLS } from './scripts.ts';

const searched = await Promise.all(SHELLS.map(async (shell) => [shell, await findProgram(shell)] as const));
const installed = new Set(searched.flatMap(([shell, path]) => (path === undefined ? [] : [shell])));

const program = createProgram(createRecordedContext('/').context, () => {});

const listing =
  (...words: string[]) =>
  async () =>
    words.map((word) => ({ word, meaning: '' }));
const names: KnownNames = {
  kernels: listing('linux-6.12', 'linux-6.1'),
  specs: listing('mremap', 'mprotect'),
  cases: listing('mremap/shrink'),
  tags: listing('core'),
  runs: listing('latest'),
};

const completes = test.macro({
  async exec(t, words: readonly string[], expected: readonly string[]) {
    const found = await completeWords(program, words, names);
    t.deepEqual(
      found.map(({ word }) => word),
      expected,
    );
  },
  title: (_title, words: readonly string[]) => `completes "kgate ${words.join(' ')}"`,
});

test(completes, ['b'], ['bisect', 'build']);
test(completes, ['run', '--la'], ['--last-failed']);
test(completes, ['run', 'mr'], ['mremap']);
test(completes, ['run', 'mremap', '--kernel', ''], ['linux-6.12', 'linux-6.1']);
test(completes, ['run', '--case', 'mremap/'], ['mremap/shrink']);
test(completes, ['run', '--arch', 'x'], ['x86_64']);
test(completes, ['run', '--verbose', 'mp'], ['mprotect']);
test(completes, ['init', '--ci', 'git'], ['github', 'gitlab']);
test(completes, ['run', '--tree', ''], []);
test(completes, ['scan', ''], []);
test(completes, ['complete'], []);
test(completes, ['nothing', ''], []);

for (const shell of SHELLS) {
  // Not every machine has every shell, and which ones it has says nothing of kgate.
  (installed.has(shell) ? test : test.skip)(`${shell} reads the code that teaches it`, async (t) => {
    await using folder = await createTemporaryFolder('kgate-completion');
    const file = join(folder.path, `kgate.${shell}`);
    await writeFile(file, COMPLETION_SCRIPTS[shell]);
    const { stderr, exitCode } = await execa(shell, ['-n', file], { reject: false });
    t.is(stderr, '');
    t.is(exitCode, 0);
  });
}

test('bash completes what kgate says', async (t) => {
  const script = [
    `kgate() { printf 'mremap\\tmoves\\nmprotect\\tprotects\\n'; echo "$@" >&2; }`,
    COMPLETION_SCRIPTS.bash.replaceAll('2>/dev/null', ''),
    'COMP_WORDS=(kgate run m) COMP_CWORD=2; _kgate; echo "${COMPREPLY[@]}"',
  ].join('\n');
  const { stdout, stderr } = await execa('bash', ['-c', script]);
  t.is(stderr, 'complete -- run m');
  t.is(stdout, 'mremap mprotect');
});
