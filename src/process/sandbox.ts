import { lstat, readlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import { HostError, UsageError } from '../errors.ts';
import { runCommand } from './run-command.ts';

/** The parts of the host that a confined command may see and change, besides programs. Everything keeps its path. */
export interface Sandbox {
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  /** Becomes the command's `/tmp`. */
  readonly temporary: string;
  /** Where the command starts. */
  readonly cwd: string;
}

/** The option that goes on without a sandbox, as hints name it. */
export const NO_SANDBOX = '--no-sandbox';

/** Where a host keeps its programs and their libraries. */
const PROGRAM_FOLDERS = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/nix/store',
  '/gnu/store',
];

/** Host settings that programs need: name lookup, and where libraries are. No accounts, no keys. */
const SETTINGS = [
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/ssl/openssl.cnf',
  '/etc/ccache.conf',
];

/** No file of a kernel build is larger; writing one fails. */
const LARGEST_FILE_BYTES = 4 * 2 ** 30;

const LIMITS = ['prlimit', `--fsize=${LARGEST_FILE_BYTES}`, '--core=0', '--'] as const;

/**
 * A command prefix that confines what follows: no network, no processes but its own, which end with it and with kgate,
 * no rights, and none of the host's files but programs and those that `sandbox` names. Throws a HostError where
 * bubblewrap is missing or cannot work.
 */
export async function sandboxPrefix(sandbox: Sandbox): Promise<readonly string[]> {
  const problem = await findSandboxProblem();
  if (problem !== undefined) throw problem;
  return [
    ...LIMITS,
    ...(await isolation()),
    // Below the private folder lie mount points for what follows, where kgate's cache is itself below /tmp.
    '--bind',
    sandbox.temporary,
    '/tmp',
    ...binds(sandbox),
    '--chdir',
    sandbox.cwd,
    '--',
  ];
}

let problem: Promise<HostError | undefined> | undefined;

/** Why this host cannot confine commands, or `undefined` if it can. Tried once. */
export function findSandboxProblem(): Promise<HostError | undefined> {
  problem ??= trySandbox();
  return problem;
}

/** Whether to confine code that a series brings, as an option or else the environment says. */
export function isSandboxed(option: boolean | undefined): boolean {
  const wanted = process.env['KGATE_SANDBOX'] ?? 'on';
  if (wanted !== 'on' && wanted !== 'off') {
    throw new UsageError(`KGATE_SANDBOX is "${wanted}".`, {
      code: 'USAGE_SANDBOX',
      hint: 'Set it to "on" or "off", or leave it unset: the sandbox is on.',
    });
  }
  return option ?? wanted === 'on';
}

/** Folders where a confined command finds programs: the host's, and those of `KGATE_SANDBOX_READ`. */
export function visibleProgramFolders(): readonly string[] {
  return [...PROGRAM_FOLDERS, ...furtherFolders()];
}

async function trySandbox(): Promise<HostError | undefined> {
  const [program, ...args] = LIMITS;
  try {
    // prlimit would only say that it failed.
    await runCommand('bwrap', ['--version']);
    const { exitCode, output } = await runCommand(program, [...args, ...(await isolation()), '--', 'true']);
    return exitCode === 0 ? undefined : unusableError(output);
  } catch (error) {
    if (error instanceof HostError) return missingError();
    throw error;
  }
}

async function isolation(): Promise<string[]> {
  return [
    'bwrap',
    '--unshare-all',
    '--die-with-parent',
    '--cap-drop',
    'ALL',
    ...(await Promise.all(PROGRAM_FOLDERS.map(programFolder))).flat(),
    ...SETTINGS.flatMap((path) => ['--ro-bind-try', path, path]),
    '--proc',
    '/proc',
    '--dev',
    '/dev',
  ];
}

/** Where /bin and /lib are links into /usr, they are inside too. */
async function programFolder(path: string): Promise<string[]> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return [];
  return found.isSymbolicLink() ? ['--symlink', await readlink(path), path] : ['--ro-bind', path, path];
}

/** A folder comes before what lies in it: the later, deeper bind decides. */
function binds({ readable, writable }: Sandbox): string[] {
  const wanted = new Map<string, string>();
  for (const path of [...furtherFolders(), ...readable]) wanted.set(resolve(path), '--ro-bind');
  for (const path of writable) wanted.set(resolve(path), '--bind');
  return [...wanted]
    .toSorted(([left], [right]) => left.length - right.length)
    .flatMap(([path, option]) => [option, path, path]);
}

/** For compilers that are installed elsewhere. */
function furtherFolders(): string[] {
  return (process.env['KGATE_SANDBOX_READ'] ?? '').split(':').filter((path) => path.startsWith('/'));
}

const GO_ON_WITHOUT = `With ${NO_SANDBOX}, or KGATE_SANDBOX=off, the code of the series runs with all your rights.`;

function missingError(): HostError {
  return new HostError('Builds run in a sandbox, and bubblewrap, which makes it, is not installed.', {
    code: 'HOST_SANDBOX_MISSING',
    hint: `Install it: apt-get install bubblewrap util-linux. ${GO_ON_WITHOUT}`,
  });
}

function unusableError(output: string): HostError {
  return new HostError('Builds run in a sandbox, and bubblewrap cannot make one on this host.', {
    code: 'HOST_SANDBOX_UNUSABLE',
    hint: `Allow user namespaces, as docs/security.md shows for hosts and containers. ${GO_ON_WITHOUT}`,
    detail: output,
  });
}
