import { readFile } from 'node:fs/promises';
import { slownessOf } from '../../console/agent/slowness.ts';
import type { GuestFacts } from '../../console/agent/session.ts';
import { InterruptedError } from '../../errors.ts';
import { digestFile } from '../../store/digest.ts';
import type { Machine } from '../boot/machine.ts';
import { launchClone, resumeClone } from './clone.ts';
import { templateFiles, type TemplateManifest } from './template-store.ts';

/** Resumes one clone of a template and ends it again. Throws what that throws. */
export async function proveTemplate(
  machine: Machine,
  folder: string,
  facts: GuestFacts,
  signal: AbortSignal | undefined,
): Promise<void> {
  const source = { machine, files: templateFiles(folder), slowness: slownessOf(facts.speedNs) };
  const askedAt = performance.now();
  await using _proof = await resumeClone(source, await launchClone(source), askedAt, { signal });
}

/** Why a template that was made on another machine cannot be used on this one, if so: a clone of it is tried. */
export async function tryOutTemplate(
  machine: Machine,
  folder: string,
  { facts, kernel }: TemplateManifest,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { options } = machine;
  const isOfKernel = facts.buildId === options.kernel.buildId && kernel === options.kernel.digest;
  if (!isOfKernel || facts.cpus !== options.shape.cpus) return 'a template is that of another machine';
  try {
    await proveTemplate(machine, folder, facts, signal);
    return undefined;
  } catch (error) {
    if (error instanceof InterruptedError) throw error;
    const [why = ''] = error instanceof Error ? error.message.split('\n') : [];
    return `a template that was made elsewhere does not work here (${why})`;
  }
}

/**
 * What a template depends on besides its key when it was made elsewhere: two builds of QEMU may call themselves the same,
 * and with KVM a guest knows the host's features.
 */
export async function templateScene({ qemu, options }: Machine): Promise<unknown> {
  const build = await digestFile(qemu.path);
  return options.accelerator === 'tcg' ? [build] : [build, await hostFeatures()];
}

async function hostFeatures(): Promise<readonly string[]> {
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  return [...new Set(text.match(/^(?:flags|Features|microcode|CPU \w+)\s*:.*$/gmu))].toSorted();
}
