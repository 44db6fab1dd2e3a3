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
const PACKAGES = ['nodejs', 'npm', 'ca-certificates', 'git'];

const MOUNTS = ['proc', 'sys', 'dev'] as const;

/** Installs a release with debootstrap, from the mirror that this host uses. Wants root. */
export async function installBareSystem(suite: string, folder: string): Promise<BareSystem> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await execa('debootstrap', ['--variant=minbase', suite, folder, mirrors().main]);
  await copyFile('/etc/resolv.conf', join(folder, 'etc/resolv.conf'));
  for (const name of MOUNTS) await execa('mount', ['--rbind', `/${name}`, join(folder, name)]);
  const registry = await execa('npm', ['config', 'get', 'registry']);
  // A host behind a proxy of its own trusts more than a bare system does.
  const trusted = join(folder, 'root/trusted.crt');
  await copyFile('/etc/ssl/certs/ca-certificates.crt', trusted);
  const environment = {
    HOME: '/root',
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    // bubblewrap cannot pivot the root of a chroot.
    KGATE_SANDBOX: 'off',
    npm_config_registry: registry.stdout,
    NODE_EXTRA_CA_CERTS: '/root/trusted.crt',
  };
  const set = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  // By apt, which resolves what debootstrap does not.
  const install = `apt-get -qq install --no-install-recommends -y ${PACKAGES.join(' ')}`;
  await execa('chroot', [folder, 'env', '-i', ...set, 'DEBIAN_FRONTEND=noninteractive', 'sh', '-c', install]);
  // A bare system has no lists: set-up has to see to that itself.
  await execa('chroot', [folder, 'apt-get', 'clean']);
  await rm(join(folder, 'var/lib/apt/lists'), { recursive: true, force: true });
  await mkdir(join(folder, 'var/lib/apt/lists/partial'), { recursive: true });
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
