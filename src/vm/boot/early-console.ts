import { writeFile } from 'node:fs/promises';
import { InfraError } from '../../errors.ts';
import { BootError } from './boot-error.ts';
import { coldBoot, type ColdBootOptions } from './cold-boot.ts';
import { planMachine, type MachineOptions } from './machine.ts';

/** What the kernel puts before each message; the firmware does not. */
const MESSAGE = /^\[ *\d+\.\d{6}\]/mu;

/**
 * What became of a kernel that died, or stayed silent, before the driver of its console came up. It is booted once more
 * with a console that works from the first line; whatever is to be seen then is thrown, and otherwise the first error.
 * If it comes up then, nothing is known about the kernel: that is an InfraError.
 */
export async function explainSilentBoot(
  error: unknown,
  options: MachineOptions,
  boot: Pick<ColdBootOptions, 'limits' | 'signal'>,
): Promise<never> {
  if (!(error instanceof BootError) || MESSAGE.test(error.consoleText)) throw error;
  const parameter = `earlycon=${options.architecture.earlyConsole}`;
  const { shape } = options;
  const machine = await planMachine({
    ...options,
    shape: { ...shape, parameters: [...(shape.parameters ?? []), parameter] },
  });
  let cameUp = false;
  try {
    await using _guest = await coldBoot(
      { ...machine, subject: `${machine.subject}, booted again with ${parameter},` },
      boot,
    );
    cameUp = true;
  } catch (second) {
    if (boot.signal?.aborted === true) throw second;
    if (second instanceof BootError && MESSAGE.test(second.consoleText)) throw second;
  }
  if (cameUp)
    throw new InfraError(`${error.message} Booted again with ${parameter}, it came up.`, {
      code: 'VM_GUEST_SILENT',
      hint: 'The host may have been too busy for the first boot; run it again.',
      cause: error,
    });
  // The second boot may have put its console there.
  await writeFile(error.logPath, error.consoleText);
  throw error;
}
