import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import type { ArchName } from '../arch/architectures.ts';
import type { BuiltImage } from '../image/image.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import type { AllowedSplat } from '../run/tolerated/allow-list.ts';
import { planRun, type PlannedCase } from '../run/plan/plan.ts';
import { digestCode } from './code-digest.ts';
import type { Durations } from './patience.ts';
import { runSuite, type SuiteHost } from './run-suite.ts';
import {
  findOutcome,
  keepOutcome,
  outcomeKey,
  summarizeSuite,
  type SuiteOutcome,
} from './judge/suite-outcome.ts';

/** A kernel without any planted bug, on which the whole suite is green. */
export interface Original {
  readonly definition: KernelDefinition;
  readonly arch: ArchName;
  /** Digest of the built kernel. */
  readonly kernel: string;
  readonly image: BuiltImage;
  readonly emulator: string;
  /** The project's allow-list. */
  readonly allowed: readonly AllowedSplat[];
  /** See digestCode. */
  readonly code: string;
  readonly plan: readonly PlannedCase[];
  readonly took: Durations;
}

/**
 * Builds a kernel and runs the suite on it. Throws a UsageError when the suite is not green there: a case that fails
 * without any bug proves nothing about one.
 */
export async function examineOriginal(
  definition: KernelDefinition,
  arch: ArchName,
  host: SuiteHost,
): Promise<Original> {
  const { backend, selected, allowed, signal, fresh } = host;
  const step = { signal, sink: () => {} };
  const plan = planRun({ selected, kernels: [definition], arches: [arch], repeat: 1 });
  const built = await backend.buildKernel(definition, arch, step);
  const image = await backend.buildImage(built, step);
  const original = {
    definition,
    arch,
    kernel: built.digest,
    image,
    emulator: await backend.emulatorVersion(arch),
    allowed,
    code: await digestCode(built.vmlinux),
    plan,
  };
  const key = outcomeKey({ ...original, diff: '' }, plan);
  const known = fresh ? undefined : await findOutcome(key);
  if (known === undefined) host.onStep(`Running the suite on ${definition.id} for ${arch} without any bug.`);
  const outcome = known ?? (await runOriginal(original, host));
  if (!signal.aborted) {
    requireGreen(original, outcome, host);
    await keepOutcome(key, outcome);
  }
  return { ...original, took: outcome.took };
}

async function runOriginal(
  { definition, arch, plan }: Omit<Original, 'took'>,
  host: SuiteHost,
): Promise<SuiteOutcome> {
  const began = performance.now();
  const folder = join(host.folder, definition.id, arch);
  const { results, bootComplaints } = await runSuite(plan, definition, folder, host);
  if (bootComplaints.length > 0 && !host.signal.aborted)
    throw notGreen({ definition, arch }, bootComplaints, host);
  return summarizeSuite(results, performance.now() - began);
}

function requireGreen(
  original: Omit<Original, 'took'>,
  { wrong, trouble, executed }: SuiteOutcome,
  host: SuiteHost,
): void {
  if (wrong.length === 0 && trouble === undefined && executed === original.plan.length) return;
  const names = wrong.map(({ name, outcome }) => `${name}: ${outcome}`);
  throw notGreen(original, [...names, ...(trouble === undefined ? [] : [trouble])], host);
}

function notGreen(
  { definition: { id }, arch }: Pick<Original, 'definition' | 'arch'>,
  details: readonly string[],
  { commandFor }: SuiteHost,
): UsageError {
  return new UsageError(`The suite is not green on ${id} for ${arch}, so it cannot detect a planted bug.`, {
    code: 'MUTANT_SUITE_NOT_GREEN',
    hint: `Look at it with: ${commandFor(id, arch)}`,
    detail: details.join('\n'),
  });
}
