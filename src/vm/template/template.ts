import { describeHolder } from '../../store/lock-holder.ts';
import { slownessOf } from '../../console/agent/slowness.ts';
import type { GuestFacts } from '../../console/agent/session.ts';
import { InterruptedError } from '../../errors.ts';
import type { EventSink } from '../../events.ts';
import { findOrCreate, type StoredEntry } from '../../store/content-store.ts';
import { readBootLimits, type BootLimits } from '../boot/boot-limits.ts';
import { launchClone } from './clone.ts';
import { cloneOrBoot } from './clone-or-boot.ts';
import { cloneWithMemory, type GuestWithMemory } from './clone-with-memory.ts';
import { coldBoot } from '../boot/cold-boot.ts';
import { explainSilentBoot } from '../boot/early-console.ts';
import { createWaitingClones } from './waiting-clones.ts';
import type { Guest, GuestWait } from '../guest.ts';
import { planMachine, type Machine, type MachineOptions } from '../boot/machine.ts';
import { makeTemplate } from './make-template.ts';
import { templateScene, tryOutTemplate } from './prove-template.ts';
import {
  templateDiskFull,
  templateFiles,
  templateDigest,
  templateStore,
  type TemplateManifest,
} from './template-store.ts';
import { isDiskFull } from '../../util/disk-full.ts';

/** A kernel booted once, to clone pristine guests from. Disposal ends waiting clones, not the guests given out. */
export interface Template extends AsyncDisposable {
  /** A pristine guest. If it does not come up, a fresh clone is tried, and finally a cold boot, each with a notice. */
  clone(wait?: GuestWait): Promise<Guest>;
  /** A pristine guest whose memory is a file of its own, to be read and written from outside while it runs. */
  cloneWithMemory(wait?: GuestWait): Promise<GuestWithMemory>;
  /** A guest that was booted instead of cloned: seconds instead of milliseconds. */
  coldBoot(wait?: GuestWait): Promise<Guest>;
  /** What the agent reported about its guest when the template was made. */
  readonly facts: GuestFacts;
  /** How many times slower than the reference machine its guests are; multiplies timeouts. */
  readonly slowness: number;
  /** Wall time of the boot when the template was made. */
  readonly bootMs: number;
  /** Path of the console log of that boot. */
  readonly bootLog: string;
  readonly qemuVersion: string;
  /** False when this call made it. */
  readonly cached: boolean;
}

export interface OpenTemplateOptions extends MachineOptions {
  readonly signal?: AbortSignal | undefined;
  /** Receives `template-ready` and notices. */
  readonly onEvent?: EventSink | undefined;
  readonly limits?: BootLimits;
  /** How many QEMU processes wait to become clones; 0 starts each on demand. */
  readonly waiting?: number;
}

const DEFAULT_WAITING = 2;

/** Finds the template of a machine in the store, or boots one. A kernel that does not boot is a BootError. */
export async function openTemplate(options: OpenTemplateOptions): Promise<Template> {
  const { signal, onEvent, kernel } = options;
  if (signal?.aborted) throw new InterruptedError();
  const began = performance.now();
  const machine = await planMachine(options);
  const limits = options.limits ?? (await readBootLimits(kernel.config));
  const notice = (message: string) => onEvent?.({ type: 'noticed', message });
  const entry = await findTemplate(machine, options, { limits, notice });
  onEvent?.({
    type: 'template-ready',
    kernel: kernel.id,
    arch: kernel.arch,
    cached: entry.cached,
    ms: Math.round(performance.now() - began),
  });

  const { facts, bootMs } = entry.manifest;
  const files = templateFiles(entry.folder);
  const slowness = slownessOf(facts.speedNs);
  const source = { machine, files, slowness };
  const waiting = createWaitingClones({
    size: options.waiting ?? DEFAULT_WAITING,
    launch: () => launchClone(source),
  });
  const boot = (wait: GuestWait = {}) => coldBoot(machine, { limits, slowness, ...wait });

  return {
    clone: (wait = {}) => cloneOrBoot({ source, waiting, boot, notice }, wait),
    cloneWithMemory: (wait = {}) => cloneWithMemory(source, wait),
    coldBoot: boot,
    facts,
    slowness,
    bootMs,
    bootLog: files.bootLog,
    qemuVersion: machine.qemu.version,
    cached: entry.cached,
    [Symbol.asyncDispose]: () => waiting[Symbol.asyncDispose](),
  };
}

/** The stored template, or one that is made now. */
async function findTemplate(
  machine: Machine,
  options: OpenTemplateOptions,
  { limits, notice }: { readonly limits: BootLimits; readonly notice: (message: string) => void },
): Promise<StoredEntry<TemplateManifest>> {
  const { signal, kernel } = options;
  return await findOrCreate(
    templateStore,
    templateDigest(machine),
    (folder) =>
      makeTemplate(machine, folder, { limits, signal }).catch((error: unknown) =>
        explainSilentBoot(error, options, { limits, signal }),
      ),
    {
      signal,
      onWait: (holder) => {
        const who = holder === undefined ? '' : `: ${describeHolder(holder)}`;
        notice(`Waiting for another kgate that boots ${kernel.id} (${kernel.arch})${who}.`);
      },
      onNotice: notice,
      scene: () => templateScene(machine),
      tryOut: (folder, made) => tryOutTemplate(machine, folder, made, signal),
      onDamaged: (file) =>
        notice(
          `${file} is not what it was when it was written; booting ${kernel.id} (${kernel.arch}) again.`,
        ),
    },
  ).catch((error: unknown) => {
    throw isDiskFull(error) ? templateDiskFull('the disk ran full', error) : error;
  });
}
