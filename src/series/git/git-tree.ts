import { resolve } from 'node:path';
import { runCommand, type CommandResult } from '../../process/run-command.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import { seriesError } from '../patches/series-error.ts';

/**
 * A git command in a user's tree: neither their settings nor the shell's change anything, and nothing in the tree is
 * run.
 */
export function runGit(
  tree: string,
  args: readonly string[],
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly env?: Readonly<Record<string, string>>;
    /** See runCommand(). */
    readonly asBytes?: boolean;
    readonly input?: string | Uint8Array;
  } = {},
): Promise<CommandResult> {
  const folder = resolve(tree);
  const settings = [
    `safe.directory=${folder}`,
    'core.fsmonitor=false',
    'core.autocrlf=false',
    'core.hooksPath=/dev/null',
    'core.quotePath=false',
  ];
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', LC_ALL: 'C' };
  return runCommand('git', ['-C', folder, ...settings.flatMap((setting) => ['-c', setting]), ...args], {
    signal: options.signal,
    ...withoutUndefined({ asBytes: options.asBytes, input: options.input }),
    inheritEnv: false,
    env: {
      ...env,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_OPTIONAL_LOCKS: '0',
      ...options.env,
    },
  });
}

/** The full id of the commit that a name stands for, or `undefined` if the tree has no such commit. */
export async function findCommit(
  tree: string,
  name: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const result = await runGit(
    tree,
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`],
    { signal },
  );
  return result.exitCode === 0 ? result.stdout.trim() : undefined;
}

/**
 * The full id of the commit that a name stands for. Throws UsageError if the folder is not a git tree or lacks the
 * commit.
 */
export async function requireCommit(tree: string, name: string, signal?: AbortSignal): Promise<string> {
  const commit = await findCommit(tree, name, signal);
  if (commit !== undefined) return commit;
  const inside = await runGit(tree, ['rev-parse', '--git-dir'], { signal });
  if (inside.exitCode !== 0)
    throw seriesError(
      'SERIES_NO_GIT',
      `${tree} is not a git tree.`,
      'Give the top folder of a git tree.',
      inside.output,
    );
  throw seriesError(
    'SERIES_REVISION_UNKNOWN',
    `The tree ${tree} has no commit "${name}".`,
    `Check the name, or fetch it: git -C ${tree} fetch`,
  );
}
