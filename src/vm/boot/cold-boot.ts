import { cacheFolder } from '../../store/cache-folder.ts';
import { bootGuest } from './boot-guest.ts';
import type { BootLimits } from './boot-limits.ts';
import { greetGuest } from './greet-guest.ts';
import { openMonitor } from '../hang/open-monitor.ts';
import type { Guest, GuestWait } from '../guest.ts';
import type { Machine } from './machine.ts';
import { startGuest } from './start-guest.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

export interface ColdBootOptions extends GuestWait {
  readonly limits: BootLimits;
  readonly slowness?: number;
}

/** Boots a guest without a template, and returns it once it has answered a greeting. */
export async function coldBoot(machine: Machine, options: ColdBootOptions): Promise<Guest> {
  const askedAt = performance.now();
  await using resources = new AsyncDisposableStack();
  const started = resources.use(
    await startGuest({
      qemu: machine.qemu,
      arguments: machine.arguments({ kind: 'cold-boot' }),
      ...withoutUndefined({ slowness: options.slowness }),
    }),
  );
  await bootGuest(started, {
    subject: machine.subject,
    kernel: machine.options.kernel,
    limits: options.limits,
    failureLog: failedBootLog(machine),
    signal: options.signal,
  });
  // What looks into a hang, or keeps a guest, asks QEMU.
  await openMonitor(started.qemu.qmp, options);
  const guest = await greetGuest(started, 'cold-boot', askedAt, options);
  resources.move();
  return guest;
}

/** Where the console of a failed boot is saved: one file per kernel, overwritten by the next failure. */
export function failedBootLog(machine: Machine): string {
  const { id, arch, variant, digest } = machine.options.kernel;
  return cacheFolder('failed-boots', `${id}-${arch}-${variant}-${digest.slice(0, 12)}.log`);
}
