import { HostError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';

/** An emulator without a memory file has nothing to write, so this is only a bound. */
const LITTLE = 64 * 1024;

let known: Promise<boolean> | undefined;

/**
 * A command prefix that confines an emulator. The kernel kills it when this process ends in any way: even a SIGKILL of
 * kgate leaves no guest behind. It gains no rights, leaves no core file, which would hold all of a guest's memory, and
 * writes no file larger than a template's memory. Empty where util-linux is missing. Costs two milliseconds per start.
 */
export async function guestLimits(memoryFileBytes = LITTLE): Promise<readonly string[]> {
  known ??= probe(prefix(LITTLE));
  return (await known) ? prefix(memoryFileBytes) : [];
}

function prefix(largestFileBytes: number): readonly [string, ...string[]] {
  const limits = ['prlimit', '--core=0', `--fsize=${largestFileBytes}`, '--'] as const;
  return [...limits, 'setpriv', '--pdeathsig', 'KILL', '--no-new-privs', '--'];
}

async function probe([program, ...args]: readonly [string, ...string[]]): Promise<boolean> {
  try {
    return (await runCommand(program, [...args, 'true'])).exitCode === 0;
  } catch (error) {
    if (error instanceof HostError) return false;
    throw error;
  }
}
