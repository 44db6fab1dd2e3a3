import { HostError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';

/** The user git knows here, as `Name <address>`; undefined if it knows none, or is not installed. */
export async function findGitIdentity(cwd?: string): Promise<string | undefined> {
  const options = cwd === undefined ? {} : { cwd };
  try {
    const [name, address] = await Promise.all(
      ['user.name', 'user.email'].map(async (key) => {
        const { exitCode, stdout } = await runCommand('git', ['config', '--get', key], options);
        return exitCode === 0 ? stdout.trim() : '';
      }),
    );
    return name && address ? `${name} <${address}>` : undefined;
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}
