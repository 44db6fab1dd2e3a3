import { matchesGlob } from 'node:path';
import type { CountedSeries } from '../../coverage/describe-counts.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { withLineCounters } from '../../kernel/patches/line-counters.ts';
import type { PlannedSuite } from '../../run/plan-suite.ts';
import type { GateSubjects } from '../subjects/choose-subjects.ts';

/** The patched kernel with counters in the files that the series changes. It runs the suite in the patched kernel's place. */
export function countedKernel(patched: KernelDefinition): KernelDefinition {
  return { ...withLineCounters(patched), id: `${patched.id}-counted` };
}

/** The series under test: what the patched kernel has beyond the base. */
export function seriesUnderTest({ base, patched }: GateSubjects, counted: KernelDefinition): CountedSeries {
  const known = new Set(base.series);
  return {
    kernel: patched.id,
    counted: counted.id,
    series: patched.series.filter((folder) => !known.has(folder)),
  };
}

/** What a project tolerates from the patched kernel, it tolerates from the same kernel with counters. */
export function tolerateCounted(
  { allowance, known }: Pick<PlannedSuite, 'allowance' | 'known'>,
  patched: string,
  counted: string,
): Pick<PlannedSuite, 'allowance' | 'known'> {
  const isMeant = (kernel: string | undefined) =>
    kernel !== undefined && matchesGlob(patched, kernel) && !matchesGlob(counted, kernel);
  return {
    allowance: {
      ...allowance,
      find: (splat, planned) =>
        allowance.find(splat, planned.kernel === counted ? { ...planned, kernel: patched } : planned),
    },
    known: known.flatMap((entry) =>
      isMeant(entry.kernel) ? [entry, { ...entry, kernel: counted }] : [entry],
    ),
  };
}
