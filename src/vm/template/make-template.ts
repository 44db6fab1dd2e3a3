import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { AgentSession, GuestFacts } from '../../console/agent/session.ts';
import { InfraError } from '../../errors.ts';
import { bootGuest } from '../boot/boot-guest.ts';
import type { BootLimits } from '../boot/boot-limits.ts';
import { failedBootLog } from '../boot/cold-boot.ts';
import { freezeGuest } from './freeze-guest.ts';
import type { Machine } from '../boot/machine.ts';
import { startGuest } from '../boot/start-guest.ts';
import { proveTemplate } from './prove-template.ts';
import { checkRoomForTemplate, templateFiles, type TemplateManifest } from './template-store.ts';

export interface MakeTemplateOptions {
  readonly limits: BootLimits;
  readonly signal?: AbortSignal | undefined;
}

const GREET_MS = 30_000;
/** Lets a kernel finish its background work after init has begun once, in the template. */
const SETTLE_MS = 150;

/** Boots a machine once, freezes it into `folder`, and proves with one clone that it can be resumed. */
export async function makeTemplate(
  machine: Machine,
  folder: string,
  options: MakeTemplateOptions,
): Promise<TemplateManifest> {
  await checkRoomForTemplate(machine);
  const { signal } = options;
  const files = templateFiles(folder);
  const began = performance.now();
  await using started = await startGuest({
    qemu: machine.qemu,
    arguments: machine.arguments({ kind: 'template', ramFile: files.ram }),
    memoryFileBytes: machine.options.shape.memoryMiB * 2 ** 20,
  });
  const facts = await bootGuest(started, {
    subject: machine.subject,
    kernel: machine.options.kernel,
    limits: options.limits,
    failureLog: failedBootLog(machine),
    signal,
  });
  const bootMs = Math.round(performance.now() - began);
  checkIdentity(machine, facts);
  checkImage(machine, started.session.consoleText);
  await settle(started.session, signal);
  await freezeGuest(started.qemu, files.state, signal);
  await writeFile(files.bootLog, started.session.consoleText);

  await proveTemplate(machine, folder, facts, signal);
  return { facts, bootMs, qemu: machine.qemu.version, kernel: machine.options.kernel.digest };
}

function checkIdentity(machine: Machine, facts: GuestFacts): void {
  const { kernel, shape } = machine.options;
  if (facts.buildId !== kernel.buildId) {
    throw new InfraError(
      `The ${machine.subject} booted with build id ${facts.buildId || '(none)'}, but its build has ${kernel.buildId}.`,
      {
        code: 'VM_WRONG_KERNEL',
        hint: 'The stored kernel image was changed after its build. Remove it from the cache to have it built again.',
      },
    );
  }
  if (facts.cpus !== shape.cpus) {
    throw new InfraError(
      `The ${machine.subject} brought up ${facts.cpus} of its machine’s ${shape.cpus} processors.`,
      {
        code: 'VM_MISSING_CPUS',
        hint: `Check ${machine.options.architecture.kernel.processorSymbols.map((name) => `CONFIG_${name}`).join(', ')}.`,
      },
    );
  }
}

/** A kernel that runs out of room for its initramfs goes on with what it has unpacked so far. */
function checkImage(machine: Machine, consoleText: string): void {
  const complaint = /Initramfs unpacking failed.*/u.exec(consoleText)?.[0];
  if (complaint === undefined) return;
  throw new InfraError(
    `The guest programs do not fit into the ${machine.options.shape.memoryMiB} MiB of a guest: "${complaint.trim()}".`,
    { code: 'VM_IMAGE_UNPACKED_IN_PART', hint: 'Give the machine of the spec more memory.' },
  );
}

/** Lets the guest settle. Its agent has been greeted, and so no longer repeats that it is ready. */
async function settle(session: AgentSession, signal: AbortSignal | undefined): Promise<void> {
  const wait = { deadlineMs: GREET_MS, signal };
  const greeting = await session.greet('template', wait);
  // A greeting that a busy host repeats is answered twice: what is left in the guest, every clone would say.
  const answer = greeting.kind === 'answered' ? await session.untilQuiet(wait) : greeting;
  if (answer.kind !== 'answered')
    throw new InfraError(`The agent said it was ready, then did not answer a greeting (${answer.kind}).`, {
      code: 'VM_GUEST_SILENT',
      detail: session.consoleText.slice(-2_000),
    });
  await delay(SETTLE_MS, undefined, { signal }).catch(() => {});
}
