import { appendFile, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { BuildError } from '../../errors.ts';
import { buildKernel } from '../../kernel/build/build-kernel.ts';
import { loadKernelDefinition } from '../../kernel/definition/definition.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { planOnKernels } from '../plan-suite.ts';
import { findProject } from '../project/project.ts';
import { createPreflight } from './host-preflight.ts';

const MINI = join(import.meta.dirname, '../../../fixtures/trees/mini');
const GUEST = 'BLK_DEV_INITRD BINFMT_ELF PROC_FS SYSCTL SYSFS DEVTMPFS PRINTK TTY SERIAL_8250_CONSOLE PVH';
const NEEDED = GUEST.split(' ')
  .map((name) => `CONFIG_${name}=y\n`)
  .join('');

/** A project with a tree in miniature, a program, and kernel files with these fragments and series. */
async function createProject(
  program: string,
  kernels: Readonly<Record<string, { readonly fragment?: string; readonly patch?: string }>>,
) {
  const folder = await createTemporaryFolder('kgate-check');
  const at = (path: string) => join(folder.path, path);
  process.env['KGATE_CACHE'] = at('cache');
  for (const path of ['kernels', 'specs', 'guests/programs/area']) await mkdir(at(path), { recursive: true });
  await cp(MINI, at('tree'), { recursive: true });
  const symbols = GUEST.split(' ').map((name) => `\nconfig ${name}\n\tbool "${name}"\n`);
  await appendFile(at('tree/Kconfig'), symbols.join(''));
  const makefile = await readFile(at('tree/Makefile'), 'utf8');
  await writeFile(at('tree/Makefile'), `VERSION = 7\nPATCHLEVEL = 3\n${makefile}`);
  await writeFile(at('guests/programs/area/one.c'), program);
  await writeFile(at('specs/one.yaml'), SPEC);
  for (const [id, { fragment = '', patch }] of Object.entries(kernels)) {
    await writeFile(at(`kernels/${id}.config`), NEEDED + fragment);
    await mkdir(at(`kernels/${id}`));
    if (patch !== undefined) await writeFile(at(`kernels/${id}/0001-x.patch`), patch);
    const series = patch === undefined ? '' : `series: [${id}]\n`;
    await writeFile(
      at(`kernels/${id}.yaml`),
      `kernel: ${id}\nsummary: In miniature\nsource: { tree: ../tree }\n${series}config: { common: [${id}.config] }\narch: [x86_64]\nvariant: plain\n`,
    );
  }
  const load = (id: string) => loadKernelDefinition(id, at('kernels'));
  const definitions = await Promise.all(Object.keys(kernels).map(load));
  const project = await findProject(folder.path);
  return {
    definitions,
    write: (path: string, text: string) => writeFile(at(path), text),
    async check() {
      const notices: string[] = [];
      const onEvent = (event: { type: string; message?: string }) => {
        if (event.type === 'noticed') notices.push(event.message ?? '');
      };
      const suite = await planOnKernels(
        project,
        definitions,
        { specs: ['one'] },
        createPreflight({ project, jobs: 2, onEvent }),
      );
      return { kernels: suite.kernels, notices };
    },
    compiled: async () => {
      const lineages = await readdir(at('cache/lineages'), { recursive: true });
      return lineages.filter((path) => path.endsWith('.o'));
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const SPEC =
  'spec: one\nsummary: One\nprogram: area/one.c\ncases:\n  one: { about: a case, expect: { seen: true } }\n';
const PROGRAM = '#include <kgate/case.h>\nCASE(one)\n{\n}\n';

test.serial('a program that does not compile is said before the kernel is compiled', async (t) => {
  const wrong = PROGRAM.replace('{\n', '{\n\tundeclared();\n');
  await using project = await createProject(wrong, { mini: {} });
  const error = await t.throwsAsync(project.check(), { instanceOf: BuildError });
  t.is(error?.code, 'IMAGE_COMPILE_FAILED');
  t.regex(error?.detail ?? '', /undeclared/u);
  t.deepEqual(await project.compiled(), []);
});

test.serial(
  'a program that no planned case needs may want newer headers: the run goes without it',
  async (t) => {
    await using project = await createProject(PROGRAM, { mini: {} });
    await project.write('guests/programs/area/newer.c', '#include <linux/of-next-year.h>\nCASE(two)\n{\n}\n');
    const { notices } = await project.check();
    t.deepEqual(notices, [
      'mini for x86_64 leaves out 1 guest program, which no planned case needs and which cannot be compiled with its headers: area/newer.c.',
    ]);
  },
);

test.serial('all that is wrong with several kernels is said at once', async (t) => {
  const patch = '--- a/mm/fork.c\n+++ b/mm/fork.c\n@@ -1,1 +1,1 @@\n-no such line\n+another\n';
  await using project = await createProject(PROGRAM, {
    starved: { fragment: 'CONFIG_STARVED=y\n' },
    rejected: { patch },
  });
  const error = await t.throwsAsync(project.check(), { instanceOf: BuildError });
  t.is(error?.code, 'KERNEL_SEVERAL_PROBLEMS');
  t.regex(error?.detail ?? '', /STARVED/u);
  t.regex(error?.detail ?? '', /0001-x\.patch does not apply/u);
  t.deepEqual(await project.compiled(), []);
});

test.serial(
  'a program sees the headers that the kernel will have, and a built kernel is not checked again',
  async (t) => {
    const program = `#include <linux/clone.h>\n#ifndef CLONE_PAGES\n#error other headers\n#endif\n${PROGRAM}`;
    await using project = await createProject(program, { mini: {} });
    const { kernels } = await project.check();
    const [kernel] = kernels;
    t.is(kernel?.abilities.version?.join('.'), '7.3');
    t.deepEqual(await project.compiled(), []);
    await buildKernel(project.definitions[0]!, 'x86_64');
    t.is((await project.check()).kernels.length, 1);
  },
);
