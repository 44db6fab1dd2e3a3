import { constants } from 'node:fs';
import { access, readFile, statfs } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Architecture } from '../../arch/architecture.ts';
import { architectures } from '../../arch/architectures.ts';
import { hostTools, installLine as installLineOf } from '../../arch/host-tools.ts';
import { KgateError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { findSandboxProblem, isSandboxed } from '../../process/sandbox.ts';
import { runRecordSchema } from '../../run/record/record.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { findQemu } from '../../vm/qemu/qemu.ts';
import { findProgram } from '../../util/find-program.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import { describeOpenFiles } from '../terminal/system-trouble.ts';
import { findManager, type Manager } from './package-managers.ts';

/** A value that may depend on the host's own architecture. */
const perHost = z.union([z.string(), z.record(z.string(), z.string())]);
const requirementFile = z.array(
  z.object({
    program: perHost.optional(),
    file: perHost.optional(),
    /** Other places of the file, by the host's architecture. */
    elsewhere: z.record(z.string(), z.array(z.string())).optional(),
    /** On hosts of this architecture, plain gcc will do. */
    native: z.string().optional(),
    package: perHost,
    dnf: perHost.optional(),
    zypper: perHost.optional(),
    pacman: perHost.optional(),
    why: z.string(),
    optional: z.boolean().optional(),
    /** The bundled kernels that cannot be built without it. */
    kernels: z.array(z.string()).optional(),
  }),
);

/** One thing that kgate needs of the host, and whether it is there. */
export interface Requirement {
  /** The program's name or the file's path. */
  readonly name: string;
  readonly package: string;
  readonly why: string;
  /** kgate works without it, but more slowly. */
  readonly optional: boolean;
  readonly found: boolean;
  readonly version: string | undefined;
}

/** What a host has and lacks. */
export interface HostReport {
  readonly requirements: readonly Requirement[];
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** The one line that installs what is missing. */
  readonly install?: string;
  readonly usable: boolean;
}

/** Looks for everything on the list that set-up installs from, `scripts/host-packages.json`. */
export async function examineHost(packageRoot: string, runs: string): Promise<HostReport> {
  const text = await readFile(join(packageRoot, 'scripts', 'host-packages.json'), 'utf8');
  const list = requirementFile.parse(JSON.parse(text));
  const requirements = await Promise.all(list.map(examine));
  const missing = requirements.filter(({ found }) => !found);
  const manager = await findManager(packageRoot);
  const sandbox = await examineSandbox();
  return {
    requirements,
    facts: [
      { name: 'node', value: process.versions.node },
      { name: 'processors', value: String(availableParallelism()) },
      { name: 'memory', value: `${inGiB(freemem())} of ${inGiB(totalmem())} GiB available` },
      { name: 'open files', value: describeOpenFiles() },
      { name: 'disk', value: await describeDisk(cacheFolder()) },
      { name: '/dev/kvm', value: await describeKvm() },
      { name: 'sandbox of builds', value: sandbox.value },
      ...(await Promise.all(Object.values(architectures).map(describeGuests))),
      ...(await lastAccelerators(runs)),
    ],
    ...withoutUndefined({ install: installLine(list, missing, manager) }),
    usable: missing.every(({ optional }) => optional) && sandbox.usable,
  };
}

/** The line that installs what is missing, as far as this host's package manager is known to have it. */
function installLine(
  list: z.infer<typeof requirementFile>,
  missing: readonly Requirement[],
  manager: Manager | undefined,
): string | undefined {
  if (manager === undefined || missing.length === 0) return undefined;
  const wanted = new Set(missing.map(({ name }) => name));
  const packages = list
    .filter((entry) => wanted.has(nameOf(entry)))
    .flatMap((entry) => {
      const named = entry[manager.key];
      return named === undefined ? [] : [forThisHost(named)].filter((known) => known !== '');
    });
  return packages.length === 0 ? undefined : `sudo ${manager.line} ${[...new Set(packages)].join(' ')}`;
}

const nameOf = (entry: z.infer<typeof requirementFile>[number]): string =>
  forThisHost(entry.program ?? entry.file ?? '');

async function examine(entry: z.infer<typeof requirementFile>[number]): Promise<Requirement> {
  const program = entry.program === undefined ? undefined : forThisHost(entry.program);
  const name = nameOf(entry);
  const path =
    program === undefined
      ? await firstReadable([name, ...(entry.elsewhere?.[process.arch] ?? [])])
      : ((await findProgram(program)) ??
        (entry.native === process.arch ? await findProgram('gcc') : undefined));
  return {
    name,
    package: forThisHost(entry.package),
    why: entry.why,
    // Without a source, its kernels are left out and all others can be built.
    optional: entry.optional ?? entry.kernels !== undefined,
    found: path !== undefined,
    version: program === undefined || path === undefined ? undefined : await askVersion(path),
  };
}

const forThisHost = (value: z.infer<typeof perHost>): string =>
  typeof value === 'string' ? value : (value[process.arch] ?? '');

async function firstReadable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if ((await readable(path)) !== undefined) return path;
  return undefined;
}

async function readable(path: string, mode = constants.R_OK): Promise<string | undefined> {
  return access(path, mode).then(
    () => path,
    () => undefined,
  );
}

/** The first line of a program's version output that has a number; some begin with an empty line. */
async function askVersion(path: string): Promise<string | undefined> {
  const { stdout } = await runCommand(path, ['--version']);
  return stdout
    .split('\n')
    .find((line) => /\d/u.test(line))
    ?.trim();
}

async function describeDisk(folder: string): Promise<string> {
  for (let path = folder; ; path = dirname(path)) {
    const disk = await statfs(path).catch(() => undefined);
    if (disk !== undefined) return `${inGiB(disk.bavail * disk.bsize)} GiB free for ${folder}`;
    if (path === dirname(path)) return `unknown for ${folder}`;
  }
}

async function describeKvm(): Promise<string> {
  const hosted = Object.values(architectures).find(({ hostArch }) => hostArch === process.arch);
  const kvm = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => `can be opened; the first run proves whether ${hosted?.name ?? 'any'} guests run with it`,
    (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT'
        ? 'absent; guests run by emulation'
        : `cannot be opened (${error.code ?? 'unknown'})`,
  );
  return kvm;
}

/** Whether builds can be confined, or need not be. Missing bubblewrap is already listed among the programs. */
async function examineSandbox(): Promise<{ readonly value: string; readonly usable: boolean }> {
  if (!isSandboxed(undefined))
    return { value: 'off, as KGATE_SANDBOX says: code of a series has all your rights', usable: true };
  const problem = await findSandboxProblem();
  if (problem === undefined) return { value: 'works', usable: true };
  const words = problem.detail?.split('\n', 1)[0] ?? 'bubblewrap is missing';
  return {
    value: `does not work: ${words}; see docs/security.md, or build with --no-sandbox`,
    usable: false,
  };
}

/** A host lacks nothing if it only cannot boot what is booted on request. */
async function describeGuests(architecture: Architecture): Promise<HostReport['facts'][number]> {
  if (architecture.byDefault) return describeQemuSandbox(architecture);
  const missing = (await Promise.all(hostTools(architecture).map(examine))).filter(({ found }) => !found);
  const option = `--arch ${architecture.name}`;
  return {
    name: `${architecture.name} guests`,
    value:
      missing.length === 0
        ? `on request: ${option}`
        : `on request: ${option}, after "${installLineOf(architecture)}"`,
  };
}

async function describeQemuSandbox(architecture: Architecture): Promise<HostReport['facts'][number]> {
  const name = `sandbox of ${architecture.name} guests`;
  try {
    const { sandbox } = await findQemu(architecture);
    return {
      name,
      value: sandbox ? 'works' : 'absent: this QEMU was built without seccomp; guests run without it',
    };
  } catch (error) {
    if (!(error instanceof KgateError)) throw error;
    return { name, value: `unknown: ${error.message}` };
  }
}

/** What the last run learned by booting a guest: opening /dev/kvm proves little. */
async function lastAccelerators(runs: string): Promise<HostReport['facts']> {
  const text = await readFile(join(runs, 'latest', 'run.json'), 'utf8').catch(() => '');
  const record = runRecordSchema.safeParse(text === '' ? undefined : JSON.parse(text));
  if (!record.success) return [];
  return Object.entries(record.data.accelerators).map(([arch, { accelerator, reason }]) => ({
    name: `last run, ${arch}`,
    value: `${accelerator}: ${reason}`,
  }));
}

const inGiB = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
