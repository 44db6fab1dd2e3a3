import test from 'ava';
import { readSourceFiles } from '../../fixtures/structure/source-files.ts';
import { architectures } from './architectures.ts';

/** Files outside this folder whose code names an architecture, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  'cli/commands/build-command.ts': 'an example that --help shows',
  'cli/commands/gate-command.ts': 'an example that --help shows',
  'cli/commands/merge-command.ts': 'an example that --help shows',
  'cli/commands/mutants-command.ts': 'an example that --help shows',
  'cli/guests/dump-command.ts': 'an example that --help shows',
  'cli/guests/exec-command.ts': 'an example that --help shows',
  'cli/guests/fuzz-command.ts': 'an example that --help shows',
  'cli/guests/shell-command.ts': 'an example that --help shows',
  'kernel/source/build-products.ts': 'paths in the kernel tree',
};

/** Names of architectures, kgate's and others'. */
const NAMES = new RegExp(
  `(?<![0-9a-z])(?:${[
    ...Object.values(architectures).flatMap(({ name, triple, debianName, kernel, hostArch }) => [
      name,
      triple.split('-')[0] ?? '',
      debianName,
      kernel.sourceArch,
      hostArch,
    ]),
    'x86',
    'aarch',
    'riscv',
  ].join('|')})(?![0-9])`,
  'iu',
);

const withoutComments = (text: string): string =>
  text.replaceAll(/^\s*\/\*[^]*?\*\//gmu, '').replaceAll(/^\s*\/\/.*$/gmu, '');

test('only the files of architectures know them by name', async (t) => {
  const files = (await readSourceFiles()).filter(({ path }) => !path.startsWith('arch/'));
  t.true(files.length > 100);
  const naming = files.filter(({ text }) => NAMES.test(withoutComments(text))).map(({ path }) => path);
  t.deepEqual(naming, Object.keys(ALLOWED).toSorted());
});
