import { HostError } from '../errors.ts';
import { runCommand } from '../process/run-command.ts';

let prefix: Promise<readonly string[]> | undefined;

/**
 * A command prefix under which the kernel kills a program when this process ends, however it ends: kgate killed by
 * SIGKILL leaves no guest behind. Empty where util-linux's setpriv is not there. Costs one millisecond a start.
 */
export function parentDeathPrefix(): Promise<readonly string[]> {
  prefix ??= probe(['setpriv', '--pdeathsig', 'KILL', '--']);
  return prefix;
}

async function probe(command: readonly string[]): Promise<readonly string[]> {
  const [program = '', ...args] = command;
  try {
    const result = await runCommand(program, [...args, 'true']);
    return result.exitCode === 0 ? command : [];
  } catch (error) {
    if (error instanceof HostError) return [];
    throw error;
  }
}
