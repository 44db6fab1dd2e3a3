import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { mirrors } from '../setup/debian-source.mjs';

/** A bare installation of Debian in a folder, with /proc, /dev and /sys as of this machine; disposing it unmounts them. */
export interface BareSystem extends AsyncDisposable {
  readonly folder: string;
  /** Runs a line of shell inside, and returns how it ended, and what it said. */
  run(line: string): Promise<{ readonly exitCode: number | undefined; readonly output: string }>;
}

/** What a checkout needs to exist: a Node and an npm of the release's own, and nothing of kgate's. */
const PACKAGES = 'nodejs,npm,ca-certificates,git';

const MOUNTS = ['proc', 'sys', 'dev'] as const;

/** Installs a release with debootstrap, from the mirror that this host uses. Wants root. */
export async function installBareSystem(suite: string, folder: string): Promise<BareSystem> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await execa('debootstrap', ['--variant=minbase', `--include=${PACKAGES}`, suite, folder, mirrors().main]);
  await copyFile('/etc/resolv.conf', join(folder, 'etc/resolv.conf'));
  for (const name of MOUNTS) await execa('mount', ['--rbind', `/${name}`, join(folder, name)]);
  const registry = await execa('npm', ['config', 'get', 'registry']);
  const environment = {
    HOME: '/root',
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    // bubblewrap cannot pivot the root of a chroot.
    KGATE_SANDBOX: 'off',
    npm_config_registry: registry.stdout,
  };
  const set = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return {
    folder,
    async run(line) {
      const args = [folder, 'env', '-i', ...set, 'sh', '-c', line];
      const { exitCode, all } = await execa('chroot', args, { all: true, reject: false, maxBuffer: 2 ** 28 });
      return { exitCode, output: all };
    },
    async [Symbol.asyncDispose]() {
      for (const name of MOUNTS) {
        await execa('mount', ['--make-rslave', join(folder, name)]);
        await execa('umount', ['--recursive', join(folder, name)]);
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
