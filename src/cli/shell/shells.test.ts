import { chmod, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import anyTest from 'ava';
import { execa } from 'execa';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { findProgram } from '../../util/find-program.ts';
import { shellWord } from '../../util/shell-word.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** A loaded machine takes long to start kgate, which each Tab does. */
const PATIENCE_MS = 480_000;

/** One after the other: each Tab starts a kgate. */
const test = anyTest.serial;

/** What a reader of the help types, and how the shell is started without what this machine's user has set. */
const INTERACTIVE = {
  bash: { start: 'bash --noprofile --norc -i', teach: 'source <(kgate completion bash)' },
  zsh: {
    start: 'zsh -f -i',
    teach: 'autoload -Uz compinit; compinit -u -D; source <(kgate completion zsh)',
  },
} as const;

const programs = ['bash', 'zsh', 'fish', 'script'];
const searched = await Promise.all(programs.map((program) => findProgram(program)));
const present = new Set(programs.filter((_, index) => searched[index] !== undefined));

/** A kgate on the PATH, as an installation has it. */
async function installation() {
  const folder = await createTemporaryFolder('kgate-shells');
  const kgate = join(folder.path, 'kgate');
  const [node, script] = [process.execPath, join(ROOT, 'bin/kgate.js')].map(shellWord);
  await writeFile(kgate, `#!/bin/sh\nexec ${node} ${script} "$@"\n`);
  await chmod(kgate, 0o755);
  return {
    options: {
      cwd: ROOT,
      env: { PATH: `${folder.path}:${process.env['PATH'] ?? ''}`, TERM: 'xterm', HOME: folder.path },
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

for (const shell of ['bash', 'zsh'] as const) {
  // Not every machine has every shell, and which ones it has says nothing of kgate.
  (present.has(shell) && present.has('script') ? test : test.skip)(
    `in a ${shell} at a terminal, Tab completes`,
    async (t) => {
      t.timeout(2 * PATIENCE_MS);
      await using installed = await installation();
      const { start, teach } = INTERACTIVE[shell];
      const terminal = execa('script', ['--quiet', '--flush', '--command', start, '/dev/null'], {
        ...installed.options,
        reject: false,
        timeout: PATIENCE_MS,
        buffer: false,
      });
      let screen = '';
      const until = async (pattern: RegExp) => {
        for await (const chunk of terminal.stdout.iterator({ destroyOnReturn: false })) {
          screen = stripVTControlCharacters(screen + String(chunk));
          if (pattern.test(screen)) return true;
        }
        return false;
      };
      const type = (keys: string) => terminal.stdin.write(keys);
      type(`${teach}; echo tau''ght\n`);
      t.true(await until(/^taught/mu), screen);
      // What is left of the word appears behind what was typed, after a bell where more than one name begins so.
      type('kgate run --last-f\t');
      t.true(await until(/--last-f.?ailed/u), screen);
      type('\u0015exit\n');
      await terminal;
    },
  );
}

(present.has('fish') ? test : test.skip)('in a fish, candidates come with their meaning', async (t) => {
  t.timeout(2 * PATIENCE_MS);
  await using installed = await installation();
  const script = 'kgate completion fish | source; complete -C "kgate run --case mremap/shr"';
  const { stdout } = await execa('fish', ['--no-config', '-c', script], installed.options);
  t.regex(stdout, /^mremap\/shrink\t\S/mu);
});
