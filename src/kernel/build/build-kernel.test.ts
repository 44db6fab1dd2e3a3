import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { BuildError, InterruptedError, UsageError } from '../../errors.ts';
import type { KgateEvent } from '../../events.ts';
import { countChildren } from '../../process/children.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../process/temporary-folder.ts';
import { buildKernel } from './build-kernel.ts';
import { adaptKernel } from '../definition/adapt-kernel.ts';
import { loadKernelDefinition, type KernelDefinition } from '../definition/definition.ts';

const MINI = join(import.meta.dirname, '../../../fixtures/trees/mini');

/** A separate folder for each test: tree, kernel file and cache. */
async function workplace(files: Readonly<Record<string, string>> = {}): Promise<TemporaryFolder> {
  const folder = await createTemporaryFolder('kgate-build');
  process.env['KGATE_CACHE'] = join(folder.path, 'cache');
  await cp(MINI, join(folder.path, 'tree'), { recursive: true });
  for (const name of ['series', 'symbol', 'zoo/uapi'])
    await mkdir(join(folder.path, name), { recursive: true });
  const all: Record<string, string> = {
    'a.config': 'CONFIG_CLONE=y\n',
    'zoo/Kconfig': 'config KGATE_ZOO\n\tbool "Zoo"\n',
    'zoo/Makefile': 'obj-$(CONFIG_KGATE_ZOO) += zoo.o\n',
    'zoo/uapi/zoo.h': '#define ZOO 1\n',
    ...files,
  };
  for (const [name, text] of Object.entries(all)) await writeFile(join(folder.path, name), text);
  return folder;
}

async function define(folder: string, id = 'mini', extra = ''): Promise<KernelDefinition> {
  const text = `
kernel: ${id}
summary: In miniature
source: { tree: tree }
config: { common: [a.config] }
arch: [x86_64]
variant: plain
${extra}
`;
  await writeFile(join(folder, `${id}.yaml`), text);
  return loadKernelDefinition(id, folder);
}

async function build(definition: KernelDefinition) {
  const events: KgateEvent[] = [];
  const kernel = await buildKernel(definition, 'x86_64', { onEvent: (event) => void events.push(event) });
  const compiled = events.findLast((event) => event.type === 'kernel-build-progressed')?.done ?? 0;
  const cached = events.some((event) => event.type === 'kernel-built' && event.cached);
  return { kernel, compiled, cached };
}

const CHANGE_FORK = `diff --git a/mm/fork.c b/mm/fork.c
--- a/mm/fork.c
+++ b/mm/fork.c
@@ -2,5 +2,5 @@
 
 int fork_mapping(int pages)
 {
-	return pages;
+	return pages + 1;
 }
`;

const ADD_SYMBOL = `diff --git a/Kconfig b/Kconfig
--- a/Kconfig
+++ b/Kconfig
@@ -1,4 +1,7 @@
 mainmenu "A kernel in miniature"
 
+config ADDED
+	bool "Added"
+
 config CLONE
 	bool "Clones"
`;

const failure = (t: ExecutionContext, definition: KernelDefinition) =>
  t.throwsAsync(buildKernel(definition, 'x86_64'), { instanceOf: BuildError });

const stored = (folder: string) => readdir(join(folder, 'cache/kernels')).catch(() => []);

test.serial('a kernel is built once, and stored with everything needed to use it', async (t) => {
  await using folder = await workplace();
  const definition = await define(folder.path, 'mini', 'drivers: [zoo]');
  const first = await build(definition);
  t.is(first.compiled, 3);
  t.is(first.kernel.release, '6.12.0-mini');
  t.is(first.kernel.bootImage, first.kernel.vmlinux);
  t.is(await readFile(join(first.kernel.headers, 'linux/clone.h'), 'utf8'), '#define CLONE_PAGES 1\n');
  t.is(await readFile(join(first.kernel.headers, 'kgate/zoo.h'), 'utf8'), '#define ZOO 1\n');
  const notes = await runCommand('readelf', ['--notes', first.kernel.vmlinux]);
  t.true(notes.stdout.includes(`Build ID: ${first.kernel.buildId}`));
  const second = await build(definition);
  t.true(second.cached);
  t.deepEqual(second.kernel, first.kernel);
});

test.serial('a series rebuilds what it changes and nothing else, and so does going back', async (t) => {
  await using folder = await workplace({ 'series/0001-fork.patch': CHANGE_FORK });
  const base = await build(await define(folder.path, 'base'));
  const patched = await build(await define(folder.path, 'patched', 'series: [series]'));
  t.is(patched.compiled, 2);
  t.not(patched.kernel.buildId, base.kernel.buildId);
  t.is(patched.kernel.role, 'patched');
  t.is(
    await readFile(join(folder.path, 'tree/mm/fork.c'), 'utf8'),
    await readFile(join(MINI, 'mm/fork.c'), 'utf8'),
  );
  await writeFile(join(folder.path, 'a.config'), 'CONFIG_CLONE=y\n# Another key, the same kernel.\n');
  const again = await build(await define(folder.path, 'base'));
  t.is(again.compiled, 2);
  t.is(again.kernel.buildId, base.kernel.buildId);
});

const CHANGE_HEADER = `diff --git a/include/mm.h b/include/mm.h
--- a/include/mm.h
+++ b/include/mm.h
@@ -1 +1,2 @@
+#define CLONED 1
 LINE
`;

test.serial('a series with a work tree of its own leaves the objects of its base alone', async (t) => {
  const [line = ''] = (await readFile(join(MINI, 'include/mm.h'), 'utf8')).split('\n');
  const patch = CHANGE_HEADER.replace('LINE', line);
  for (const [keys, compiled] of [
    ['', 3],
    ['work_tree: apart', 0],
  ] as const) {
    await using folder = await workplace({ 'series/0001-header.patch': patch });
    await build(await define(folder.path, 'base'));
    t.is((await build(await define(folder.path, 'patched', `series: [series]\n${keys}`))).compiled, 3);
    await writeFile(join(folder.path, 'a.config'), 'CONFIG_CLONE=y\n# Another key, the same kernel.\n');
    t.is((await build(await define(folder.path, 'base'))).compiled, compiled, keys);
  }
});

test.serial('a configuration is only made again when the tree may need another one', async (t) => {
  await using folder = await workplace({
    'series/0001-fork.patch': CHANGE_FORK,
    'symbol/0001-kconfig.patch': ADD_SYMBOL,
  });
  const configuredAt = async (definition: KernelDefinition) => {
    await build(definition);
    const lineages = join(folder.path, 'cache/lineages');
    const files = await readdir(lineages, { recursive: true });
    return (
      await stat(
        join(
          lineages,
          files.find((path) => path.endsWith('/.config'))!,
        ),
      )
    ).mtimeMs;
  };
  const first = await configuredAt(await define(folder.path, 'base'));
  t.is(await configuredAt(await define(folder.path, 'patched', 'series: [series]')), first);
  t.true((await configuredAt(await define(folder.path, 'symbol', 'series: [symbol]'))) > first);
});

test.serial('a tree given by hand is built unchanged, without the series', async (t) => {
  await using folder = await workplace({ 'series/0001-fork.patch': CHANGE_FORK });
  const base = await build(await define(folder.path, 'base'));
  const definition = await define(folder.path, 'patched', 'series: [series]');
  const kernel = await buildKernel(
    await adaptKernel(definition, { tree: join(folder.path, 'tree') }),
    'x86_64',
  );
  t.is(kernel.buildId, base.kernel.buildId);
  t.is(kernel.role, 'patched');
});

test.serial(
  'an unmet dependency is named with fragment, line and place in Kconfig, and nothing is compiled',
  async (t) => {
    await using folder = await workplace({
      'a.config': 'CONFIG_CLONE=y\nCONFIG_STARVED=y\nCONFIG_MISSPELT=y\n',
    });
    const error = await failure(t, await define(folder.path));
    t.is(error.code, 'KERNEL_CONFIG_UNMET');
    t.regex(
      error.detail!,
      /a\.config:2: CONFIG_STARVED is n.*depends on FOOD \(which is n\) \(Kconfig:12\)/u,
    );
    t.regex(error.detail!, /a\.config:3: CONFIG_MISSPELT does not exist/u);
    t.false((await readdir(folder.path, { recursive: true })).some((path) => path.endsWith('.o')));
    t.deepEqual(
      (await stored(folder.path)).filter((name) => /^[\da-f]{64}$/u.test(name)),
      [],
    );
  },
);

test.serial(
  'a compile error is shown as the compiler prints it, and a corrected source builds',
  async (t) => {
    await using folder = await workplace();
    const file = join(folder.path, 'tree/mm/fork.c');
    const right = await readFile(file, 'utf8');
    await writeFile(file, right.replace('return pages;', 'return page;'));
    const definition = await define(folder.path);
    const error = await failure(t, definition);
    t.is(error.code, 'KERNEL_COMPILE_FAILED');
    t.regex(error.detail!, /mm\/fork\.c:5:\d+: error: .page. undeclared.*\n.*return page;\n.*\^~~~/u);
    const log = /All output is in (\S+)\.$/u.exec(error.message)![1]!;
    t.true((await readFile(log, 'utf8')).includes(error.detail!.split('\n')[0]!));
    await writeFile(file, right);
    t.is((await build(definition)).kernel.release, '6.12.0-mini');
  },
);

test.serial('two builds of one kernel at once take turns, and one of them builds', async (t) => {
  await using folder = await workplace();
  const definition = await define(folder.path);
  const both = await Promise.all([build(definition), build(definition)]);
  t.is(both.filter(({ cached }) => cached).length, 1);
  t.is(both[0].kernel.buildId, both[1].kernel.buildId);
});

test.serial('an interrupted build leaves no process and no lock, and the next one succeeds', async (t) => {
  await using folder = await workplace({ 'a.config': 'CONFIG_SLOW=y\n' });
  const definition = await define(folder.path);
  const abort = new AbortController();
  const building = buildKernel(definition, 'x86_64', {
    signal: abort.signal,
    onEvent: (event) => {
      if (event.type === 'kernel-step-started' && event.step === 'compile')
        setTimeout(() => abort.abort(), 100);
    },
  });
  await t.throwsAsync(building, { instanceOf: InterruptedError });
  t.is(countChildren(), 0);
  t.deepEqual(await readdir(join(folder.path, 'cache/tmp')), []);
  await writeFile(join(folder.path, 'a.config'), 'CONFIG_CLONE=y\n');
  t.is((await build(definition)).kernel.release, '6.12.0-mini');
});

test.serial('an architecture that the kernel file does not list is refused', async (t) => {
  await using folder = await workplace();
  await t.throwsAsync(buildKernel(await define(folder.path), 'arm64'), {
    instanceOf: UsageError,
    message: /mini is not for arm64/u,
  });
});

test.serial(
  'a tree of the same content elsewhere comes from the compiler cache, to the last byte',
  async (t) => {
    await using folder = await workplace();
    const first = await build(await define(folder.path));
    await cp(MINI, join(folder.path, 'elsewhere'), { recursive: true });
    await writeFile(join(folder.path, 'elsewhere/README.md'), 'Another tree.\n');
    const yaml = await readFile(join(folder.path, 'mini.yaml'), 'utf8');
    await writeFile(
      join(folder.path, 'other.yaml'),
      yaml.replace('kernel: mini', 'kernel: other').replace('tree: tree', 'tree: elsewhere'),
    );
    const second = await build(await loadKernelDefinition('other', folder.path));
    t.false(second.cached);
    t.not(second.kernel.vmlinux, first.kernel.vmlinux);
    t.deepEqual(await readFile(second.kernel.vmlinux), await readFile(first.kernel.vmlinux));
    const { stdout } = await runCommand('ccache', ['--print-stats'], {
      env: { CCACHE_DIR: join(folder.path, 'cache/ccache') },
    });
    t.regex(stdout, /^direct_cache_hit\t2$/mu);
  },
);
