import type { ArchName } from '../arch/architectures.ts';
import type { RunRecord } from '../run/record/record.ts';
import type { Findings } from './cases/judge-gate.ts';
import type { PatchBuild } from './kernels/build-every-patch.ts';
import type { ComparedBoots } from './kernels/compare-boots.ts';
import type { KernelHealth } from './kernels/health.ts';
import type { OtherBuildFinding } from './kernels/other-builds.ts';

export interface FindingsInput {
  readonly health: readonly KernelHealth[];
  readonly boots: ReadonlyMap<ArchName, ComparedBoots>;
  readonly perCommit: readonly PatchBuild[];
  readonly otherBuilds?: readonly OtherBuildFinding[] | undefined;
  readonly run: RunRecord;
  /** Id of the base. */
  readonly base: string;
}

/** What counts against a series, or leaves the question open, apart from its cases. */
export function findingsOf({
  health,
  boots,
  perCommit,
  otherBuilds = [],
  run,
  base,
}: FindingsInput): Findings {
  const stopped = perCommit.filter(
    ({ outcome, arch }) =>
      outcome === 'not-built' ||
      // Where the base does not boot, no patch has to.
      (outcome === 'not-booted' && boots.get(arch)?.baseFailure === undefined),
  );
  const unknown = perCommit.filter(({ outcome }) => outcome === 'infra-error');
  return {
    bad: [
      ...health
        .filter(({ newBootWarnings }) => newBootWarnings.length > 0)
        .map(({ arch, newBootWarnings }) => `The boot on ${arch} warns anew: ${newBootWarnings[0] ?? ''}`),
      ...[...boots].flatMap(([arch, { failure }]) =>
        failure === undefined ? [] : [`With the series the kernel for ${arch} does not boot: ${failure}`],
      ),
      ...stopped.map(
        ({ position, subject, arch, outcome }) =>
          `The series cannot be bisected: with patch ${position} (${subject}) the kernel for ${arch} ${outcome === 'not-built' ? 'is not built' : 'does not boot'}.`,
      ),
      ...otherBuilds
        .filter(({ outcome }) => outcome === 'broken')
        .map(({ arch, name }) => `With the series the kernel for ${arch} does not build as ${name}.`),
    ],
    open: [
      ...accelerationDiffers(run),
      ...[...boots].flatMap(([arch, { trouble }]) =>
        trouble === undefined ? [] : [`The boots on ${arch} could not be compared: ${trouble}`],
      ),
      ...[...boots].flatMap(([arch, { baseFailure, trouble }]) =>
        // Where it ran no case either, the cases say so.
        baseFailure === undefined || trouble !== undefined || !ranCases(run, base, arch)
          ? []
          : [`The boots on ${arch} could not be compared: the base did not boot again: ${baseFailure}`],
      ),
      ...unknown.map(
        ({ position, arch }) => `Patch ${position} could not be tried on ${arch}: the harness failed.`,
      ),
    ],
  };
}

const ranCases = ({ cases }: RunRecord, kernel: string, on: ArchName): boolean =>
  cases.some((one) => one.kernel === kernel && one.arch === on && one.slot !== undefined);

/** Guests of one architecture on different accelerators cannot be compared. */
function accelerationDiffers({ cases }: RunRecord): string[] {
  const byArch = Map.groupBy(cases, ({ arch }) => arch);
  return [...byArch].flatMap(([arch, results]) => {
    const used = [...new Set(results.flatMap(({ accel }) => accel ?? []))];
    return used.length > 1 ? [`Guests of ${arch} ran partly with ${used.join(' and partly with ')}.`] : [];
  });
}
