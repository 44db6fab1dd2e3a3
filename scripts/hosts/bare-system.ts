import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { findProgram } from '../../src/util/find-program.ts';
import { kindOfPath } from '../../src/util/kind-of-path.ts';
import { runLogged, type LoggedRun } from '../long-runs/run-logged.ts';
import { mirrors } from '../setup/debian-source.mjs';

/** A bare installation of Debian in a folder. */
export interface BareSystem {
  readonly folder: string;
  /** Runs a line of shell inside. What it says goes to the log. */
  run(line: string, log: string): Promise<LoggedRun>;
  remove(): Promise<void>;
}

/** What a checkout needs to exist: a Node and an npm of the release's own, and nothing of kgate's. */
const PACKAGES = ['nodejs', 'npm', 'ca-certificates', 'git'];

const ENTER = join(import.meta.dirname, 'enter.sh');

/** Throws unless systems can be installed here. */
export async function requireInstaller(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('Systems are installed, and entered, as root.');
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
  for (const name of ['debootstrap', 'unshare', 'pivot_root'])
    if ((await findProgram(name, folders)) === undefined)
      throw new Error(`${name} is missing: apt-get install debootstrap util-linux`);
}

/**
 * A new bare system of a release, below a folder that keeps an untouched one for the next time. The mirror is that of
 * this host.
 */
export async function createBareSystem(suite: string, home: string, log: string): Promise<BareSystem> {
  const untouched = join(home, `${suite}.untouched`);
  if ((await kindOfPath(untouched)) === undefined) await install(suite, untouched, log);
  const folder = join(home, suite);
  await rm(folder, { recursive: true, force: true });
  await execa('cp', ['--archive', '--reflink=auto', untouched, folder]);
  return systemIn(folder);
}

/** Forgets the untouched system of a release. */
export async function forgetBareSystem(suite: string, home: string): Promise<void> {
  await rm(join(home, `${suite}.untouched`), { recursive: true, force: true });
}

async function install(suite: string, untouched: string, log: string): Promise<void> {
  const folder = `${untouched}.unfinished`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const options = ['--variant=minbase', '--include=mount'];
  await must(runLogged('debootstrap', [...options, suite, folder, mirrors().main], { log, cwd: '/' }), log);
  await copyFile('/etc/resolv.conf', join(folder, 'etc/resolv.conf'));
  // A host behind a proxy of its own trusts more than a bare system does.
  await copyFile('/etc/ssl/certs/ca-certificates.crt', join(folder, 'root/trusted.crt'));
  // What the mirror has is what is tested, even if it is a snapshot that apt calls expired.
  await writeFile(join(folder, 'etc/apt/apt.conf.d/99-snapshot'), 'Acquire::Check-Valid-Until "false";\n');
  // By apt, which resolves what debootstrap does not.
  const packages = `apt-get -qq install --no-install-recommends -y ${PACKAGES.join(' ')}`;
  await must(
    (await systemIn(folder)).run(`DEBIAN_FRONTEND=noninteractive ${packages}`, `${log}.packages`),
    log,
  );
  // A bare system has no lists: set-up has to see to that itself.
  await rm(join(folder, 'var/lib/apt/lists'), { recursive: true, force: true });
  await rm(join(folder, 'var/cache/apt'), { recursive: true, force: true });
  await mkdir(join(folder, 'var/lib/apt/lists/partial'), { recursive: true });
  await mkdir(join(folder, 'var/cache/apt/archives/partial'), { recursive: true });
  await rename(folder, untouched);
}

async function systemIn(folder: string): Promise<BareSystem> {
  const registry = await execa('npm', ['config', 'get', 'registry']);
  const environment = {
    HOME: '/root',
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    npm_config_registry: registry.stdout,
    NODE_EXTRA_CA_CERTS: '/root/trusted.crt',
  };
  const set = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return {
    folder,
    run: (line, log) => {
      const enter = ['--mount', '--pid', '--fork', '--kill-child', 'sh', ENTER, folder];
      // unshare ignores milder signals, and takes everything inside with it.
      return runLogged('unshare', [...enter, 'env', '-i', ...set, 'sh', '-c', line], {
        log,
        cwd: '/',
        killSignal: 'SIGKILL',
      });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function must(running: Promise<LoggedRun>, log: string): Promise<void> {
  const { exitCode } = await running;
  if (exitCode !== 0) throw new Error(`The system was not installed; see ${log}.`);
}
