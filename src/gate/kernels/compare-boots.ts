import { InfraError } from '../../errors.ts';
import type { MachineShape } from '../../arch/architecture.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import type { Backend, BootFacts, RunTemplate, Step } from '../../run/execute/backend.ts';
import { bootWarnings, newBootWarnings } from './boot-warnings.ts';
import type { BuiltPair } from './build-pairs.ts';

/** How the two kernels of an architecture boot. */
export interface ComparedBoots {
  readonly base: BootFacts | undefined;
  readonly patched: BootFacts | undefined;
  /** Warnings of the patched kernel in most of its boots, and of the base in none. */
  readonly newWarnings: readonly string[];
  /**
   * Warnings in only one of three boots of the patched kernel, and in none of the base: nothing says where they come
   * from.
   */
  readonly warnedOnce: readonly string[];
  /** Why the patched kernel did not boot, where the base did. */
  readonly failure?: string;
  /** Why the base did not boot. */
  readonly baseFailure?: string;
  /** Why there is nothing to tell: neither kernel boots, or the harness failed. */
  readonly trouble?: string;
}

/** Further boots of each kernel if the first ones differ. */
const FURTHER_BOOTS = 2;

/**
 * Compares the kernel logs of both kernels' boots, message by message. A difference in one boot is checked in two more
 * boots of each kernel: what only one boot in three logs is not a difference between the kernels.
 */
export async function compareBoots(
  { base, patched }: BuiltPair,
  shape: MachineShape,
  backend: Backend<KernelDefinition>,
  step: Step,
): Promise<ComparedBoots> {
  const nothing = { base: undefined, patched: undefined, newWarnings: [], warnedOnce: [] };
  try {
    const before = await open(base, shape, backend, step);
    if (before.kind === 'boot-failed') {
      const { summary } = before.failure;
      return { ...nothing, baseFailure: summary, ...(await bootAlone(patched, shape, backend, step)) };
    }
    await using baseTemplate = before.template;
    const after = await open(patched, shape, backend, step);
    if (after.kind === 'boot-failed')
      return { ...nothing, base: baseTemplate.boot, failure: after.failure.summary };
    await using patchedTemplate = after.template;
    const compared = await compareLogs(baseTemplate, patchedTemplate, step);
    return { base: baseTemplate.boot, patched: patchedTemplate.boot, ...compared };
  } catch (error) {
    if (!(error instanceof InfraError)) throw error;
    return { ...nothing, trouble: error.message };
  }
}

/** What the patched kernel does where the base does not boot: there is no log to compare its own with. */
async function bootAlone(
  patched: BuiltKernel,
  shape: MachineShape,
  backend: Backend<KernelDefinition>,
  step: Step,
): Promise<Partial<ComparedBoots>> {
  const opening = await open(patched, shape, backend, step);
  if (opening.kind === 'boot-failed') return { trouble: `neither kernel boots: ${opening.failure.summary}` };
  await using template = opening.template;
  return { patched: template.boot };
}

async function open(
  kernel: BuiltKernel,
  shape: MachineShape,
  backend: Backend<KernelDefinition>,
  step: Step,
) {
  return backend.openTemplate({ kernel, image: await backend.buildImage(kernel, step), shape }, step);
}

async function compareLogs(
  base: RunTemplate,
  patched: RunTemplate,
  { signal }: Step,
): Promise<Pick<ComparedBoots, 'newWarnings' | 'warnedOnce'>> {
  const read = async (template: RunTemplate, boot: 'own' | 'another') =>
    bootWarnings(await template.readBootRecords(boot, signal));
  const before = [await read(base, 'own')];
  const after = [await read(patched, 'own')];
  if (newBootWarnings(before, after.flat()).length === 0) return { newWarnings: [], warnedOnce: [] };
  for (let boot = 0; boot < FURTHER_BOOTS; boot += 1) {
    before.push(await read(base, 'another'));
    after.push(await read(patched, 'another'));
  }
  const candidates = newBootWarnings(before, dedupe(after));
  const boots = (line: string) => after.filter((log) => newBootWarnings([log], [line]).length === 0).length;
  return {
    newWarnings: candidates.filter((line) => boots(line) > 1),
    warnedOnce: candidates.filter((line) => boots(line) === 1),
  };
}

/** The warnings of several boots, each once. */
function dedupe(logs: readonly (readonly string[])[]): readonly string[] {
  return logs.reduce<readonly string[]>((known, log) => [...known, ...newBootWarnings([known], log)], []);
}
