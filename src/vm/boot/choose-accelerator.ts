import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { release } from 'node:os';
import { z } from 'zod';
import type { Accelerator } from '../../arch/architecture.ts';
import { InfraError, UsageError } from '../../errors.ts';
import { findOrCreate, type ContentStore } from '../../store/content-store.ts';
import { digestOf } from '../../store/digest.ts';
import { BootError } from './boot-error.ts';
import { coldBoot } from './cold-boot.ts';
import { planMachine, type Machine, type MachineOptions } from './machine.ts';

/** An accelerator, and why this one. */
export interface AcceleratorChoice {
  readonly accelerator: Accelerator;
  /** One sentence. */
  readonly reason: string;
}

export interface ChooseAcceleratorOptions extends Omit<MachineOptions, 'accelerator'> {
  readonly signal?: AbortSignal | undefined;
  /** How long a guest with KVM may be silent before KVM counts as broken. */
  readonly silenceMs?: number;
  /** The device to look for, and the host's architecture; tests pass others. */
  readonly kvmDevice?: string;
  readonly hostArch?: NodeJS.Architecture;
}

/** A guest that executes anything at all says so in a fraction of a second. */
const SILENCE_MS = 4_000;
/** A guest that says something gets time to boot: a debug kernel needs it. */
const BOOT_MS = 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Chooses how to execute guests: with KVM when a guest of this kernel and image came up with it, else by TCG. That
 * /dev/kvm can be opened proves nothing: QEMU may abort at the first register that the host's hypervisor withholds,
 * or the guest may never execute its first instruction. `KGATE_ACCEL=kvm` or `tcg` decides without a probe.
 */
export async function chooseAccelerator(options: ChooseAcceleratorOptions): Promise<AcceleratorChoice> {
  const { architecture, hostArch = process.arch, kvmDevice = '/dev/kvm' } = options;
  const forced = process.env['KGATE_ACCEL'];
  if (forced !== undefined && forced !== '') return forcedChoice(forced);
  if (architecture.hostArch !== hostArch)
    return tcg(`KVM cannot run ${architecture.name} guests on a host of another architecture (${hostArch})`);
  const openable = await access(kvmDevice, constants.R_OK | constants.W_OK).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
  if (openable === 'ENOENT') return tcg(`this host has no ${kvmDevice}`);
  if (openable !== undefined)
    return tcg(`${kvmDevice} cannot be opened (${openable}); is this user in the group "kvm"?`);
  return probeOnce(await planMachine({ ...options, accelerator: 'kvm' }), options);
}

const probeManifest = z.strictObject({ accelerator: z.enum(['kvm', 'tcg']), reason: z.string() });
const probeStore: ContentStore<AcceleratorChoice> = { name: 'accelerators', manifest: probeManifest };

/** An answer for this run only: a kernel that booted part of the way and then failed may be at fault itself. */
class UncertainProbe extends Error {
  readonly choice: AcceleratorChoice;

  constructor(choice: AcceleratorChoice) {
    super(choice.reason);
    this.choice = choice;
  }
}

/** The stored answer for this host and QEMU; without one, a guest finds out. */
async function probeOnce(machine: Machine, options: ChooseAcceleratorOptions): Promise<AcceleratorChoice> {
  const key = digestOf({
    kernel: release(),
    cpu: machine.host.model,
    qemu: machine.qemu.version,
    arch: machine.options.architecture.name,
    device: options.kvmDevice,
    // KVM gets another chance tomorrow: it may have been repaired.
    day: Math.floor(Date.now() / DAY_MS),
  });
  try {
    const create = () => probe(machine, options);
    return (await findOrCreate(probeStore, key, create, { signal: options.signal })).manifest;
  } catch (error) {
    if (error instanceof UncertainProbe) return error.choice;
    throw error;
  }
}

async function probe(machine: Machine, options: ChooseAcceleratorOptions): Promise<AcceleratorChoice> {
  const { silenceMs = SILENCE_MS, signal } = options;
  try {
    const limits = { totalMs: BOOT_MS, quietMs: silenceMs };
    await using guest = await coldBoot(machine, { limits, signal });
    return { accelerator: 'kvm', reason: `a guest with KVM answered in ${Math.round(guest.startMs)} ms` };
  } catch (error) {
    if (error instanceof BootError) {
      if (error.failure === 'silent')
        return tcg(`/dev/kvm opens, but a guest with KVM said nothing in ${silenceMs} ms`);
      throw new UncertainProbe(
        tcg(`/dev/kvm opens, but a guest with KVM did not come up (${error.failure})`),
      );
    }
    if (error instanceof InfraError)
      return tcg(`/dev/kvm opens, but QEMU fails with it: ${complaintOf(error)}`);
    throw error;
  }
}

/** QEMU's own first words; the line before them is its command. */
function complaintOf(error: InfraError): string {
  const [, complaint] = (error.detail ?? '').split('\n').filter((line) => line.trim() !== '');
  return complaint ?? error.message;
}

function tcg(why: string): AcceleratorChoice {
  return { accelerator: 'tcg', reason: why };
}

function forcedChoice(forced: string): AcceleratorChoice {
  if (forced === 'kvm' || forced === 'tcg')
    return { accelerator: forced, reason: `KGATE_ACCEL is ${forced}` };
  throw new UsageError(`KGATE_ACCEL is "${forced}".`, {
    code: 'USAGE_ACCELERATOR',
    hint: 'Set it to "kvm" or "tcg", or leave it unset.',
  });
}
