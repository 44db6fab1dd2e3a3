import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HostError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { identifyArchive, isUnpackedArchive, openArchive } from './archive-tree.ts';
import type { KernelSource } from './source.ts';

/** The source tree in a distribution's package, such as Debian's linux-source-6.12. */
export async function findPackageSource(packageName: string, folder = SYSTEM): Promise<KernelSource> {
  const archive = await archiveOf(packageName, folder);
  const digest = await identifyArchive(archive, `Install it: apt-get install ${packageName}`);
  return {
    identity: digest,
    family: packageName,
    open: async (signal, onStep) => {
      const label = await labelOf(packageName);
      return openArchive({ digest, label, fetch: async () => archive }, signal, onStep);
    },
  };
}

/** Whether a package's source is on this machine and was unpacked before. */
export async function isUnpacked(packageName: string, folder = SYSTEM): Promise<boolean> {
  const archive = await archiveOf(packageName, folder);
  if ((await kindOfPath(archive)) !== 'file') return false;
  return isUnpackedArchive(await identifyArchive(archive, ''));
}

/** Whether a package's source is on this machine. */
export async function isInstalled(packageName: string): Promise<boolean> {
  return (await kindOfPath(await archiveOf(packageName, SYSTEM))) === 'file';
}

/** Where packages of the system put sources. */
const SYSTEM = '/usr/src';

/** What this release of a distribution lacks may have been fetched from another: scripts/setup/debian-source.mjs. */
async function archiveOf(packageName: string, folder: string): Promise<string> {
  const [own, fetched] = [folder, cacheFolder('debian-sources')].map((place) =>
    join(place, `${packageName}.tar.xz`),
  ) as [string, string];
  if (folder !== SYSTEM || (await kindOfPath(own)) === 'file') return own;
  return (await kindOfPath(fetched)) === 'file' ? fetched : own;
}

async function labelOf(packageName: string): Promise<string> {
  const args = ['--showformat=${Version}', '--show', packageName];
  const result = await runCommand('dpkg-query', args).catch((error: unknown) => {
    // Other distributions have no dpkg, and may still have the archive.
    if (error instanceof HostError) return undefined;
    throw error;
  });
  if (result?.exitCode !== 0) return packageName;
  return [await findDistributor(), packageName, result.stdout].filter((word) => word !== undefined).join(' ');
}

/** Whose packages these are, such as Debian; see os-release(5). */
async function findDistributor(): Promise<string | undefined> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^NAME="?(\w+)/mu.exec(text)?.[1];
}
