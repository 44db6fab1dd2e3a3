import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Architecture } from '../../arch/architecture.ts';
import { BuildError } from '../../errors.ts';
import { openBuildLog } from './build-log.ts';
import { diskFullError, saysDiskFull } from '../../util/disk-full.ts';
import type { Lineage } from './lineage.ts';
import type { Toolchain } from '../tools/toolchain.ts';
import { runTreeCommand } from '../tools/tree-command.ts';
import { TREE_IN_LINE_TABLES } from '../tools/tree-paths.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** Options common to every call of make for one kernel. */
export interface MakeContext {
  readonly lineage: Lineage;
  readonly architecture: Architecture;
  readonly toolchain: Toolchain;
  /** How many commands make runs at once. */
  readonly jobs: number | undefined;
  /** See TreeCommandOptions. */
  readonly sandbox: boolean | undefined;
  readonly signal: AbortSignal | undefined;
  /** The kernel and architecture, for messages. */
  readonly subject: string;
}

export interface MakeOptions {
  /** Called for each line of output. */
  readonly onLine?: (line: string) => void;
  /** Further paths it may read, besides the source and the host's programs. */
  readonly readable?: readonly string[];
}

/** Runs Kbuild in a lineage. Throws a BuildError with the compiler's messages and the path of the whole output. */
export async function make(
  context: MakeContext,
  targets: readonly string[],
  { onLine, readable = [] }: MakeOptions = {},
): Promise<void> {
  const { lineage, toolchain, signal } = context;
  await using log = openBuildLog(lineage.logFile);
  const diagnostics = createDiagnosticsCollector();
  await mkdir(lineage.objects, { recursive: true });
  const result = await lineage.whileBuilding(() =>
    runTreeCommand('make', makeArguments(context, targets), {
      // flock passes its lock to make and everything that make starts.
      prefix: ['flock', '--no-fork', lineage.makeLock],
      cwd: lineage.workTree.folder,
      // Builds cannot write to the source: its files may be hard links to those that every kernel is made from.
      readable: [lineage.workTree.folder, ...readable],
      writable: [lineage.objects],
      programs: toolPrograms(toolchain),
      sandbox: context.sandbox,
      signal,
      onLine: (line) => {
        log.write(line);
        diagnostics.add(line);
        onLine?.(line);
      },
    }),
  );
  if (result.exitCode === 0) return;
  throw explainFailure(context, diagnostics.take());
}

function explainFailure({ subject, lineage }: MakeContext, messages: string): Error {
  if (saysDiskFull(messages))
    return diskFullError(
      `The disk is full: the build of ${subject} stopped. All output is in ${lineage.logFile}.`,
      { code: 'KERNEL_DISK_FULL' },
    );
  return new BuildError(`The build of ${subject} failed. All output is in ${lineage.logFile}.`, {
    code: 'KERNEL_COMPILE_FAILED',
    hint: missingHeaderHint(messages) ?? 'Fix the source, the series or the driver that the messages name.',
    detail: messages,
  });
}

function makeArguments({ lineage, architecture, toolchain, jobs }: MakeContext, targets: readonly string[]) {
  const { prefix, compatPrefix, usesCcache, family } = toolchain;
  const cached = usesCcache ? 'ccache ' : '';
  const compilers =
    family === undefined
      ? { CC: `${cached}${prefix}gcc`, HOSTCC: `${cached}gcc` }
      : { LLVM: '1', LLVM_IAS: '1', CC: `${cached}clang`, HOSTCC: `${cached}clang` };
  // Else the compiler cache, which knows this option, would serve each lineage apart.
  const placeless = `-fdebug-prefix-map=${lineage.workTree.folder}=${TREE_IN_LINE_TABLES}`;
  const variables = {
    O: lineage.objects,
    ARCH: architecture.kernel.makeArch,
    CROSS_COMPILE: prefix,
    ...withoutUndefined({ CROSS_COMPILE_COMPAT: compatPrefix }),
    ...compilers,
    KCFLAGS: placeless,
    KAFLAGS: placeless,
  };
  return [
    '-C',
    lineage.workTree.folder,
    '--no-print-directory',
    `-j${jobs ?? availableParallelism()}`,
    // Messages of files that are compiled at the same time stay together.
    '--output-sync=target',
    ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    ...targets,
  ];
}

function toolPrograms({ prefix, compatPrefix, usesCcache, family }: Toolchain): string[] {
  return [
    ...(family === undefined ? [] : ['clang', 'ld.lld']),
    'gcc',
    `${prefix}gcc`,
    `${prefix}ld`,
    ...(compatPrefix === undefined ? [] : [`${compatPrefix}gcc`]),
    ...(usesCcache ? ['ccache'] : []),
  ];
}

/** Whether a line is Kbuild's short form of a command, such as `  CC      mm/mmap.o`. */
export function isCommandLine(line: string): boolean {
  return /^ {2}[A-Z][A-Z0-9_]+(?: \[M\])? +\S/u.test(line);
}

/** How many lines of messages an error shows. */
const SHOWN_LINES = 100;

interface DiagnosticsCollector {
  add(line: string): void;
  take(): string;
}

/** Keeps the blocks of lines between commands that mention an error; other warnings are only in the log. */
function createDiagnosticsCollector(): DiagnosticsCollector {
  const kept: string[] = [];
  let block: string[] = [];
  const close = () => {
    if (block.some((line) => /\berror\b|undefined reference|No space left|\*\*\*/iu.test(line)))
      kept.push(...block);
    block = [];
  };
  return {
    add: (line) => {
      if (isCommandLine(line)) close();
      else if (line.trim() !== '') block.push(line);
    },
    take: () => {
      close();
      const shown = kept.slice(0, SHOWN_LINES);
      if (kept.length > shown.length) shown.push(`(${kept.length - shown.length} more lines are in the log)`);
      return shown.join('\n');
    },
  };
}

function missingHeaderHint(messages: string): string | undefined {
  const missing = /fatal error: (\S+): No such file or directory/u.exec(messages)?.[1];
  if (missing === undefined) return undefined;
  if (/^(?:libelf|gelf)\.h$/u.test(missing)) return 'Install the header: apt-get install libelf-dev';
  return missing.startsWith('openssl/') ? 'Install the header: apt-get install libssl-dev' : undefined;
}
