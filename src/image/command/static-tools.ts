import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Architecture } from '../../arch/architecture.ts';
import { HostError } from '../../errors.ts';
import { type CommandResult, runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { type ContentStore, findOrCreate } from '../../store/content-store.ts';
import { digestOf } from '../../store/digest.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { makeFolder } from '../../util/make-folder.ts';
import { readApplets } from './applets.ts';
import type { GuestFile } from './guest-file.ts';

/** Debian's packages of static programs, and where they have them. */
const PACKAGES = [
  { name: 'busybox-static', program: 'busybox', paths: ['bin/busybox', 'usr/bin/busybox'] },
  { name: 'bash-static', program: 'bash', paths: ['bin/bash-static', 'usr/bin/bash-static'] },
] as const;

const manifest = z.strictObject({ packages: z.array(z.string()), applets: z.array(z.string()).min(1) });
const toolStore: ContentStore<z.infer<typeof manifest>> = { name: 'static-tools', manifest };
/** Raised when other programs are taken. */
const FORMAT = 1;

export interface StaticToolsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told before something is fetched. */
  readonly onNotice?: (message: string) => void;
}

/**
 * A shell and the usual commands for guests of an architecture, as files of an image: bash as /bin/bash, and busybox as
 * everything else, /bin/sh included. Fetched once with apt, which gets a state of its own; then they are in the cache.
 */
export async function findStaticTools(
  architecture: Architecture,
  options: StaticToolsOptions = {},
): Promise<readonly GuestFile[]> {
  const { signal, onNotice } = options;
  const key = digestOf(['static-tools', FORMAT, architecture.debianName]);
  const { folder, manifest: found } = await findOrCreate(
    toolStore,
    key,
    async (made) => {
      const names = PACKAGES.map((one) => one.name).join(' and ');
      onNotice?.(`Fetching a shell for ${architecture.name} guests: Debian's ${names}.`);
      return fetchTools(architecture, made, signal).catch((error: unknown) => {
        // No apt at all.
        if (error instanceof HostError && error.code === 'HOST_PROGRAM_MISSING')
          throw unavailable(architecture, []);
        throw error;
      });
    },
    { signal },
  );
  const program = (name: string): GuestFile => ({
    kind: 'file',
    path: `/bin/${name}`,
    source: join(folder, name),
    isExecutable: true,
  });
  const applets = found.applets.filter((name) => name !== 'bash' && name !== 'busybox');
  return [
    ...PACKAGES.map((one) => program(one.program)),
    ...applets.map((name): GuestFile => ({ kind: 'link', path: `/bin/${name}`, target: 'busybox' })),
    ...['/sbin', '/usr/bin', '/usr/sbin'].map((path): GuestFile => ({ kind: 'link', path, target: '/bin' })),
  ];
}

async function fetchTools(
  architecture: Architecture,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<z.infer<typeof manifest>> {
  const state = cacheFolder('apt', architecture.debianName);
  await using downloads = await createTemporaryFolder('kgate-tools');
  for (const place of [join(state, 'lists/partial'), join(state, 'cache/archives/partial')])
    await makeFolder(place);
  await writeFile(join(state, 'status'), '');
  const apt = (words: readonly string[]) =>
    runCommand('apt-get', [...aptOptions(architecture.debianName, state), ...words], {
      cwd: downloads.path,
      signal,
    });
  const results = [await apt(['update']), await apt(['download', ...PACKAGES.map((one) => one.name)])];
  const archives = (await readdir(downloads.path)).filter((name) => name.endsWith('.deb')).toSorted();
  if (archives.length < PACKAGES.length) throw unavailable(architecture, results);
  const unpacked = join(downloads.path, 'unpacked');
  for (const name of archives) {
    const result = await runCommand('dpkg-deb', ['-x', join(downloads.path, name), unpacked], { signal });
    if (result.exitCode !== 0) throw unavailable(architecture, [result]);
  }
  for (const { paths, program } of PACKAGES) {
    const places = paths.map((path) => join(unpacked, path));
    const found = await firstFile(places);
    if (found === undefined) throw unavailable(architecture, results);
    await copyFile(found, join(folder, program));
  }
  return { packages: archives, applets: readApplets(await readFile(join(folder, 'busybox'))) };
}

async function firstFile(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if ((await kindOfPath(path)) === 'file') return path;
  return undefined;
}

/** Nothing of the host's own apt is changed, nor its architectures. */
function aptOptions(debianName: string, state: string): string[] {
  const settings = [
    `Dir::State=${state}`,
    `Dir::State::lists=${join(state, 'lists')}`,
    `Dir::State::status=${join(state, 'status')}`,
    `Dir::Cache=${join(state, 'cache')}`,
    `APT::Architecture=${debianName}`,
    `APT::Architectures=${debianName}`,
    // As root, apt would give up its rights, and could not read a cache below /root.
    'APT::Sandbox::User=root',
  ];
  return ['-qq', ...settings.flatMap((setting) => ['-o', setting])];
}

function unavailable({ name, debianName }: Architecture, results: readonly CommandResult[]): HostError {
  return new HostError(`There is no shell for ${name} guests, and none could be fetched.`, {
    code: 'COMMAND_NO_SHELL',
    hint: `Its packages, ${PACKAGES.map((one) => one.name).join(' and ')} of ${debianName}, are fetched with apt once; that takes Debian or Ubuntu, and a network. Elsewhere, bring a static shell: --with ./busybox:/bin/sh.`,
    detail: results.map(({ command, output }) => `$ ${command}\n${output}`).join('\n'),
  });
}
