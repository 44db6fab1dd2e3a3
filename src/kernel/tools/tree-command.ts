import { realpath } from 'node:fs/promises';
import { HostError } from '../../errors.ts';
import { runCommand, type CommandResult } from '../../process/run-command.ts';
import { isSandboxed, NO_SANDBOX, sandboxPrefix, visibleProgramFolders } from '../../process/sandbox.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { buildEnvironment, compilerCacheFolder } from './build-environment.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import { findProgram, pathFolders } from '../../util/find-program.ts';
import { makeFolder } from '../../util/make-folder.ts';

/** How a command that may execute code of a kernel tree is run. */
export interface TreeCommandOptions {
  readonly cwd: string;
  /** False runs it with all rights of the user; by default `KGATE_SANDBOX` decides, and without it the sandbox is on. */
  readonly sandbox: boolean | undefined;
  /** What it may read besides the host's programs. */
  readonly readable: readonly string[];
  /** What it may change. */
  readonly writable: readonly string[];
  /** Programs that must be inside what they are outside, besides the command itself. */
  readonly programs?: readonly string[];
  /** Stands before the command, outside of the sandbox. */
  readonly prefix?: readonly string[];
  readonly signal: AbortSignal | undefined;
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a command that may execute what a series brought: make, scripts of the tree, compilers with flags of its Makefiles.
 * In the sandbox it reaches neither the network nor any file of the user's but those named.
 */
export async function runTreeCommand(
  file: string,
  args: readonly string[],
  options: TreeCommandOptions,
): Promise<CommandResult> {
  const { cwd, prefix = [], signal, onLine } = options;
  const { env, inheritEnv } = buildEnvironment();
  const shared = { inheritEnv, signal, ...withoutUndefined({ onLine }) };
  if (!isSandboxed(options.sandbox)) {
    const [program = file, ...rest] = [...prefix, file, ...args];
    return runCommand(program, rest, { ...shared, env, cwd });
  }
  for (const program of [file, ...(options.programs ?? [])]) await requireVisible(program);
  await using temporary = await createTemporaryFolder('sandbox', cacheFolder('tmp'));
  const objects = compilerCacheFolder();
  await makeFolder(objects);
  const confined = await sandboxPrefix({
    readable: options.readable,
    writable: [...options.writable, objects],
    temporary: temporary.path,
    cwd,
  });
  const [program = '', ...rest] = [...prefix, ...confined, file, ...args];
  const result = await runCommand(program, rest, { ...shared, env: { ...env, ...INSIDE } });
  // Nobody would want to paste the sandbox.
  return { ...result, command: [file, ...args].join(' ') };
}

/** There is no home inside. */
const INSIDE = { HOME: '/tmp', TMPDIR: '/tmp' };

/** What is known to be visible, with the PATH that it was looked for on. */
const visible = new Set<string>();

/** Throws where a program inside the sandbox would be another than outside, or none: another compiler, another kernel. */
async function requireVisible(name: string): Promise<void> {
  const path = process.env['PATH'] ?? '';
  const known = [name, path, process.env['KGATE_SANDBOX_READ']].join('\0');
  if (visible.has(known)) return;
  const folders = pathFolders().filter((folder) => folder.startsWith('/'));
  const inside = folders.filter((folder) =>
    visibleProgramFolders().some((root) => `${folder}/`.startsWith(`${root}/`)),
  );
  const [outer, inner] = await Promise.all([realProgram(name, folders), realProgram(name, inside)]);
  if (outer !== undefined && outer !== inner) {
    throw new HostError(`${name} is ${outer}, which the sandbox of kernel builds cannot see.`, {
      code: 'HOST_SANDBOX_HIDES_PROGRAM',
      hint: `Let builds read the folder that it is installed in, with all it needs: KGATE_SANDBOX_READ=/FOLDER (several with colons). Or build with ${NO_SANDBOX}.`,
    });
  }
  visible.add(known);
}

async function realProgram(name: string, folders: readonly string[]): Promise<string | undefined> {
  const found = await findProgram(name, folders);
  return found === undefined ? undefined : realpath(found);
}
