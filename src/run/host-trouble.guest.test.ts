import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, open, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { createPrivateHost, HOST_KERNEL, type KgateEnd } from '../../fixtures/host/private-host.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';

const JUMPING_CLOCK = resolve(import.meta.dirname, '../../fixtures/host/jumping-clock.ts');
const MINI = resolve(import.meta.dirname, '../../fixtures/trees/mini');
const RUN = ['run', '--json', '--kernel', HOST_KERNEL, '--arch', 'arm64', '--jobs', '1'];

/** A run's findings, without parts that differ between runs. */
function verdictOf({ exitCode, out, error }: KgateEnd): string {
  if (exitCode !== 0) return `exit ${exitCode}: ${out}${error}`;
  const { cases } = JSON.parse(out) as { readonly cases: readonly Record<string, unknown>[] };
  return cases.map((one) => `${String(one['case'])} ${String(one['outcome'])}`).join(', ');
}

const RIGHT = 'whole_range passed, one_page passed, range_with_hole passed';

/** Flips one bit in the middle of a file. */
async function flipByte(path: string): Promise<void> {
  await using file = await open(path, 'r+');
  const place = Math.floor((await file.stat()).size / 2);
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, place);
  buffer[0]! ^= 0x10;
  await file.write(buffer, 0, 1, place);
}

test.serial('a wall clock that jumps by days changes no verdict and no deadline', async (t) => {
  await using host = await createPrivateHost(['arm64']);
  t.is(verdictOf(await host.kgate(RUN, { preload: JUMPING_CLOCK })), RIGHT);
  t.is(verdictOf(await host.kgate(RUN, { preload: JUMPING_CLOCK })), RIGHT);
});

test.serial(
  'a flipped byte in any file of a template or an image is noticed, and the run is still right',
  async (t) => {
    await using host = await createPrivateHost(['arm64']);
    t.is(verdictOf(await host.kgate(RUN)), RIGHT);
    const entryOf = async (store: string) => {
      const names = await readdir(join(host.cache, store));
      return join(
        host.cache,
        store,
        names.find((name) => name.length === 64)!,
      );
    };
    for (const [store, file] of [
      ['templates', 'ram'],
      ['templates', 'state'],
      ['templates', 'entry.json'],
      ['images', 'initramfs.cpio'],
      ['images', 'files.json'],
    ] as const) {
      const path = join(await entryOf(store), file);
      await flipByte(path);
      const damaged = await host.kgate(RUN);
      t.is(verdictOf(damaged), RIGHT, path);
      if (store === 'templates') t.true(damaged.error.includes('is not what it was'), damaged.error);
    }
  },
);

test.serial('a flipped byte in a stored kernel is noticed before anything boots', async (t) => {
  await using host = await createPrivateHost(['arm64']);
  const [digest = ''] = await readdir(join(host.cache, 'kernels'));
  await flipByte(join(host.cache, 'kernels', digest, 'vmlinux'));
  // It is enough that the build begins; the test does not wait for its end.
  await writeFile(join(host.cache, 'trees'), 'no folder, so that nothing can be unpacked');
  const { exitCode, error } = await host.kgate(RUN);
  t.not(exitCode, 0);
  t.regex(error, /vmlinux has changed since it was built; building linux-6\.12 for arm64 again/u);
});

/** A small separate disk, or the reason why there cannot be one. */
async function mountDisk(sizeMiB: number): Promise<(AsyncDisposable & { readonly path: string }) | string> {
  const folder = await createTemporaryFolder('kgate-disk');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', folder.path], { stdio: 'pipe' });
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    return `a tmpfs cannot be mounted here: ${error instanceof Error ? error.message.trim() : String(error)}`;
  }
  return {
    path: folder.path,
    async [Symbol.asyncDispose]() {
      execFileSync('umount', ['--lazy', folder.path]);
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Fills a disk except for the room to leave, and returns a function that frees it again. */
async function fill(path: string, leftMiB: number): Promise<() => Promise<void>> {
  const { bavail, bsize } = await statfs(path);
  const ballast = join(path, 'ballast');
  execFileSync('fallocate', ['--length', String(bavail * bsize - leftMiB * 2 ** 20), ballast]);
  return () => rm(ballast);
}

test.serial(
  'a full disk at any stage is reported and leaves nothing behind, and the next run is right',
  async (t) => {
    const disk = await mountDisk(700);
    if (typeof disk === 'string') {
      t.log(`Skipped: ${disk}`);
      t.pass();
      return;
    }
    await using _disk = disk;
    await using host = await createPrivateHost(['arm64'], disk.path);
    const halfMade = async () => {
      const parts = await readdir(host.cache);
      const folders = await Promise.all(
        parts.map((part) => readdir(join(host.cache, part, 'tmp')).catch(() => [])),
      );
      return [...folders.flat(), ...(await readdir(join(host.path, 'tmp')))];
    };
    const attempt = async (stage: string, leftMiB: number, code: RegExp) => {
      const free = await fill(disk.path, leftMiB);
      const { exitCode, out, error } = await host.kgate(RUN);
      t.is(exitCode, 4, `${stage}: ${out}${error}`);
      t.regex(out + error, code, stage);
      t.deepEqual(await halfMade(), [], stage);
      await free();
    };
    await attempt('image', 1, /STORE_DISK_FULL|IMAGE_DISK_FULL/u);
    t.is(verdictOf(await host.kgate(RUN)), RIGHT);
    await rm(join(host.cache, 'templates'), { recursive: true });
    await attempt(
      'template',
      40,
      /There is no room for a template in .*: it needs \d+ MiB, and \d+ MiB are free/u,
    );
    t.is(verdictOf(await host.kgate(RUN)), RIGHT);
    await attempt(
      'record',
      0,
      /The disk is full: .* was not written to .*; it takes \d+ KiB.*RECORD_DISK_FULL/u,
    );
    t.is(verdictOf(await host.kgate(RUN)), RIGHT);

    const free = await fill(disk.path, 0);
    const report = await host.kgate(['report', '--format', 'html', '--output', join(host.path, 'r.html')]);
    t.is(report.exitCode, 4, report.error);
    t.regex(report.error, /REPORT_DISK_FULL/u);
    t.false((await readdir(host.path)).includes('r.html'));
    await free();
  },
);

test.serial('a disk without room for a build is reported before anything is built', async (t) => {
  const disk = await mountDisk(300);
  if (typeof disk === 'string') {
    t.log(`Skipped: ${disk}`);
    t.pass();
    return;
  }
  await using _disk = disk;
  await using host = await createPrivateHost([], disk.path);
  await cp(MINI, join(host.project, 'tree'), { recursive: true });
  await writeFile(join(host.project, 'mini.config'), 'CONFIG_CLONE=y\n');
  await writeFile(
    join(host.project, 'mini.yaml'),
    'kernel: mini\nsummary: In miniature\nsource: { tree: tree }\nconfig: { common: [mini.config] }\narch: [arm64]\nvariant: plain\n',
  );
  const { exitCode, error } = await host.kgate(['build', './mini.yaml']);
  t.is(exitCode, 4, error);
  t.regex(
    error,
    /no room to build mini for arm64: it takes \d+ MiB, and \d+ MiB are free at .*KERNEL_DISK_FULL/u,
  );
  t.deepEqual(await readdir(join(host.path, 'tmp')), []);
});

test.serial('a read-only cache serves what it has, and reports what it cannot store', async (t) => {
  const disk = await mountDisk(700);
  if (typeof disk === 'string') {
    t.log(`Skipped: ${disk}`);
    t.pass();
    return;
  }
  await using _disk = disk;
  await using host = await createPrivateHost(['arm64'], disk.path);
  // Only the cache is on the disk that turns read-only.
  await using elsewhere = await createTemporaryFolder('kgate-elsewhere');
  for (const name of ['project', 'tmp']) {
    execFileSync('cp', ['-a', join(host.path, name), elsewhere.path]);
    await rm(join(host.path, name), { recursive: true });
    await mkdir(join(elsewhere.path, name), { recursive: true });
    execFileSync('ln', ['-s', join(elsewhere.path, name), join(host.path, name)]);
  }
  t.is(verdictOf(await host.kgate(RUN)), RIGHT);
  const remount = (mode: string) => execFileSync('mount', ['-o', `remount,${mode}`, disk.path]);
  remount('ro');
  t.is(verdictOf(await host.kgate(RUN)), RIGHT);
  remount('rw');
  await rename(join(host.cache, 'templates'), join(host.path, 'templates'));
  remount('ro');
  const { exitCode, out, error } = await host.kgate(RUN);
  remount('rw');
  t.is(exitCode, 69, out + error);
  t.regex(error, /read-only for this user \(EROFS\).*STORE_UNWRITABLE/u);
  await chmod(host.path, 0o700);
});
