import { appendFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { BuildError } from '../../errors.ts';
import type { KgateEvent } from '../../events.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../process/temporary-folder.ts';
import { adaptKernel } from '../definition/adapt-kernel.ts';
import { loadKernelDefinition } from '../definition/definition.ts';
import { buildKernel } from '../build/build-kernel.ts';
import { settleKernel } from './settle-kernel.ts';

const MINI = join(import.meta.dirname, '../../../fixtures/trees/mini');
const GUEST =
  'BLK_DEV_INITRD BINFMT_ELF PROC_FS SYSCTL SYSFS DEVTMPFS PRINTK TTY SERIAL_8250_CONSOLE PVH'.split(' ');

/** A tree whose guests could answer, a kernel file with this fragment, and a separate cache. */
async function workplace(fragment: string, cache = 'cache'): Promise<TemporaryFolder> {
  const folder = await createTemporaryFolder('kgate-settle');
  const at = (path: string) => join(folder.path, path);
  process.env['KGATE_CACHE'] = at(cache);
  await mkdir(at('kernels'));
  await cp(MINI, at('tree'), { recursive: true });
  await appendFile(at('tree/Kconfig'), GUEST.map((name) => `\nconfig ${name}\n\tbool "${name}"\n`).join(''));
  await appendFile(at('tree/Makefile'), '\nalldefconfig: allnoconfig\n');
  await writeFile(
    at('tree/Makefile'),
    `VERSION = 7\nPATCHLEVEL = 3\n${await readFile(at('tree/Makefile'), 'utf8')}`,
  );
  await writeFile(at('kernels/a.config'), fragment);
  await writeFile(
    at('kernels/mini.yaml'),
    'kernel: mini\nsummary: In miniature\nconfig: { common: [a.config] }\narch: [x86_64]\nvariant: plain\n',
  );
  return folder;
}

async function settle(folder: string, more: { readonly configFrom?: string } = {}) {
  const notices: string[] = [];
  const onEvent = (event: KgateEvent) => {
    if (event.type === 'noticed') notices.push(event.message);
  };
  const given = await loadKernelDefinition('mini', join(folder, 'kernels'));
  const adapted = await adaptKernel(given, { tree: join(folder, 'tree'), ...more });
  const kernel = await settleKernel(adapted, { arches: ['x86_64'], onEvent });
  return { kernel, notices };
}

const NEEDED = GUEST.map((name) => `CONFIG_${name}=y\n`).join('');

test.serial(
  'wants that a tree lacks are left out, reported in one line, and not counted as abilities',
  async (t) => {
    await using folder = await workplace(
      `${NEEDED}# kgate: wants\nCONFIG_CLONE=y\nCONFIG_STARVED=y\nCONFIG_PREEMPT_NONE=y\n# kgate: wants, if known\nCONFIG_NUMA_MIGRATION=y\n`,
    );
    const { kernel, notices } = await settle(folder.path);
    t.deepEqual(notices, [
      'mini for x86_64 goes without PREEMPT_NONE, which this tree does not have; STARVED, which cannot be had in it.',
    ]);
    t.true(kernel.abilities.symbols.x86_64?.has('CONFIG_CLONE'));
    t.false(kernel.abilities.symbols.x86_64?.has('CONFIG_STARVED'));
    t.deepEqual(kernel.abilities.version, [7, 3]);
    // The second time it comes from the cache, and is still reported.
    t.deepEqual((await settle(folder.path)).notices, notices);
  },
);

test.serial('an unmet need is an error', async (t) => {
  await using folder = await workplace(`${NEEDED}CONFIG_STARVED=y\n`);
  const error = await t.throwsAsync(settle(folder.path), { instanceOf: BuildError });
  t.is(error?.code, 'KERNEL_CONFIG_UNMET');
});

test.serial(
  'a kernel in which the agent could not answer is one error that names what it lacks',
  async (t) => {
    await using folder = await workplace(
      NEEDED.replace('CONFIG_SYSCTL=y\n', '').replace('CONFIG_PVH=y\n', ''),
    );
    const error = await t.throwsAsync(settle(folder.path), { instanceOf: BuildError });
    t.is(error?.code, 'KERNEL_CONFIG_NO_GUEST');
    t.deepEqual(error?.detail?.split('\n'), [
      'CONFIG_SYSCTL or CONFIG_PROC_SYSCTL: the agent reads /proc/sys/kernel/tainted after each case.',
      'CONFIG_PVH: QEMU starts vmlinux by its PVH entry.',
    ]);
  },
);

test.serial('a kernel starts from a whole .config, and changes to it are reported', async (t) => {
  await using folder = await workplace(`${NEEDED}# kgate: wants\nCONFIG_SLOW=y\n`);
  const configFrom = join(folder.path, 'given');
  await writeFile(configFrom, `${NEEDED.replace('CONFIG_TTY=y\n', '')}CONFIG_CLONE=y\nCONFIG_FOOD=m\n`);
  const { kernel, notices } = await settle(folder.path, { configFrom });
  const on = kernel.abilities.symbols.x86_64;
  t.deepEqual(
    ['CLONE', 'TTY', 'SLOW', 'FOOD'].filter((name) => on?.has(`CONFIG_${name}`)),
    ['CLONE', 'TTY'],
  );
  t.deepEqual(notices, [
    'mini for x86_64 is changed in what guests need: TTY=y, and goes without its 1 modules, which guests cannot load.',
  ]);
});

test.serial('kernels are built where the path of the cache has a space', async (t) => {
  await using folder = await workplace(NEEDED, 'my cache');
  const { kernel } = await settle(folder.path);
  const built = await buildKernel(kernel, 'x86_64');
  t.true(built.vmlinux.startsWith(join(folder.path, 'my cache')));
});
