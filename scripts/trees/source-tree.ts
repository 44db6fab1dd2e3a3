import { appendFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { familyOfTree } from '../../src/kernel/source/local-source.ts';
import { runCommand } from '../../src/process/run-command.ts';
import { cacheFolder } from '../../src/store/cache-folder.ts';
import { debianSource } from '../setup/debian-source.mjs';

/** The ways in which a tree of one content can lie on a disk; each is made of the one before. */
export const SHAPES = ['without git', 'with git', 'dirty'] as const;
export type Shape = (typeof SHAPES)[number];

/** Unpacks a release of Debian's kernel sources into a folder, fresh. */
export async function unpackRelease(
  release: string,
  folder: string,
  say: (line: string) => void,
): Promise<void> {
  const archive = debianSource(`linux-source-${release}`, say);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await must('tar', ['--extract', '--file', archive, '--directory', folder, '--strip-components=1']);
}

/** Runs git in a tree of a script's own: commits have an author, and nothing goes on in the background. */
export const gitIn =
  (folder: string) =>
  (...args: readonly string[]): Promise<void> => {
    const settings = ['maintenance.auto=false', 'user.name=kgate', 'user.email=kgate@example.org'];
    return must('git', ['-C', folder, ...settings.flatMap((setting) => ['-c', setting]), ...args]);
  };

/** Gives a tree its next shape. */
export async function reshape(folder: string, shape: Shape): Promise<void> {
  const git = gitIn(folder);
  if (shape === 'without git') {
    // What a build inside the tree leaves, and a folder that was built into.
    for (const left of ['vmlinux.o', 'mm/mmap.o', '.config.old']) await appendFile(join(folder, left), 'x');
    await mkdir(join(folder, 'include/generated'), { recursive: true });
    await appendFile(join(folder, 'include/generated/autoconf.h'), '#error stale\n');
  }
  if (shape === 'with git') {
    await git('init', '--quiet');
    // Debian's own .gitignore ignores everything; what builds left is no part of a clone.
    await rm(join(folder, 'include/generated'), { recursive: true });
    for (const left of ['vmlinux.o', 'mm/mmap.o', '.config.old']) await rm(join(folder, left));
    await git('add', '--all', '--force');
    await git('commit', '--quiet', '--message', 'As unpacked');
  }
  if (shape === 'dirty') await appendFile(join(folder, 'mm/mremap.c'), '/* not committed */\n');
}

/** Removes what builds of a tree left for the next build of it: some gigabytes. */
export async function removeLineages(root: string): Promise<void> {
  const lineages = cacheFolder('lineages');
  const own = (await readdir(lineages)).filter((name) => name.startsWith(`${familyOfTree(root)}-`));
  for (const name of own) await rm(join(lineages, name), { recursive: true, force: true });
}

async function must(file: string, args: readonly string[]): Promise<void> {
  const { exitCode, output } = await runCommand(file, args);
  if (exitCode !== 0) throw new Error(`${file} failed:\n${output}`);
}
