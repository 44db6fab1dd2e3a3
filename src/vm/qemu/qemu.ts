import { stat } from 'node:fs/promises';
import type { Architecture } from '../../arch/architecture.ts';
import { installLine } from '../../arch/host-tools.ts';
import { HostError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { findProgram, isExecutable } from '../../util/find-program.ts';

/** One installed QEMU. */
export interface Qemu {
  readonly path: string;
  /** As QEMU prints it, with the distribution's part: `7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)`. */
  readonly version: string;
  readonly major: number;
  readonly minor: number;
  /** Whether it was built with seccomp. */
  readonly sandbox: boolean;
}

/** The oldest version kgate was tested with. */
const OLDEST = { major: 7, minor: 2 };

const known = new Map<string, Promise<Qemu>>();

/**
 * Finds the emulator of an architecture: `path`, else the environment's `KGATE_QEMU_<ARCHITECTURE>` in capitals, else
 * the program of the usual name on the PATH. Each binary is asked for its version once, and again when it changes.
 */
export async function findQemu(architecture: Architecture, path?: string): Promise<Qemu> {
  const wanted = path ?? process.env[`KGATE_QEMU_${architecture.name.toUpperCase()}`];
  const found = await findExecutable(wanted ?? architecture.qemu.binary);
  if (found === undefined) {
    throw new HostError(
      `The emulator "${wanted ?? architecture.qemu.binary}" for ${architecture.name} guests was not found.`,
      {
        code: 'HOST_QEMU_MISSING',
        hint: `On Debian and Ubuntu, this installs everything ${architecture.name} guests need: ${installLine(architecture)}`,
      },
    );
  }
  const key = `${found} ${(await stat(found)).mtimeMs}`;
  const asked = known.get(key) ?? askVersion(found);
  known.set(key, asked);
  asked.catch(() => known.delete(key));
  return asked;
}

/** Parses the first line of `--version`. */
export function parseQemuVersion(line: string): Pick<Qemu, 'version' | 'major' | 'minor'> | undefined {
  const match = /version ((\d+)\.(\d+)\S*(?: \(.*\))?)/u.exec(line);
  if (match === null) return undefined;
  const [, version = '', major, minor] = match;
  return { version, major: Number(major), minor: Number(minor) };
}

async function askVersion(path: string): Promise<Qemu> {
  // QEMU reads its arguments in order: a build without seccomp ends at -sandbox with an error.
  const sandboxed = await runCommand(path, ['-sandbox', 'on', '-version']);
  const answer = sandboxed.exitCode === 0 ? sandboxed : await runCommand(path, ['-version']);
  const version = parseQemuVersion(answer.stdout.split('\n')[0] ?? '');
  if (answer.exitCode !== 0 || version === undefined) {
    throw new HostError(`"${path}" does not report a version as QEMU does.`, {
      code: 'HOST_QEMU_UNUSABLE',
      detail: `$ ${answer.command}\n${answer.output}`,
    });
  }
  const { major, minor } = version;
  if (major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor)) {
    throw new HostError(
      `"${path}" is QEMU ${version.version}; kgate needs ${OLDEST.major}.${OLDEST.minor} or newer.`,
      { code: 'HOST_QEMU_UNUSABLE' },
    );
  }
  return { path, ...version, sandbox: sandboxed.exitCode === 0 };
}

async function findExecutable(program: string): Promise<string | undefined> {
  if (!program.includes('/')) return findProgram(program);
  return (await isExecutable(program)) ? program : undefined;
}
