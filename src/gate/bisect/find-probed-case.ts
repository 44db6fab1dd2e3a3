import type { ArchName } from '../../arch/architectures.ts';
import { isFor } from '../../arch/is-for.ts';
import { wantedArches } from '../../arch/wanted-arches.ts';
import { UsageError } from '../../errors.ts';
import type { PlannableKernel } from '../../run/plan/plan.ts';
import { selectCases } from '../../run/plan/select-cases.ts';
import type { Spec } from '../../spec/spec.ts';
import type { ProbedCase } from './probe-case.ts';

/** Finds the case that `SPEC/CASE` names, and an architecture that both it and the kernel support. */
export function findProbedCase(
  name: string,
  specs: readonly Spec[],
  {
    kernel,
    arch,
    repeat,
  }: { readonly kernel: PlannableKernel; readonly arch: ArchName | undefined; readonly repeat: number },
): ProbedCase {
  const slash = name.lastIndexOf('/');
  if (slash <= 0 || slash === name.length - 1)
    throw new UsageError(`"${name}" does not name a case.`, {
      code: 'BISECT_CASE_INVALID',
      hint: 'Write SPEC/CASE, such as mremap/range_beyond_mapping; "kgate list" shows both.',
    });
  const selected = selectCases(specs, {
    specs: [name.slice(0, slash)],
    cases: [name.slice(slash + 1)],
    tags: [],
  });
  const [found, other] = selected.flatMap(({ spec, cases }) => cases.map((one) => ({ spec, one })));
  if (found === undefined || other !== undefined)
    throw new UsageError(`"${name}" names more than one case.`, {
      code: 'BISECT_CASE_INVALID',
      hint: 'Name exactly one: SPEC/CASE, without a pattern.',
    });
  const offered = kernel.arch.filter((each) => isFor(found.one, each));
  const [chosen] = wantedArches(offered, arch === undefined ? undefined : [arch]);
  if (chosen === undefined)
    throw new UsageError(
      `The case ${name} does not run on ${arch ?? 'any architecture'} with the kernel ${kernel.id}.`,
      {
        code: 'BISECT_CASE_INVALID',
        hint: `They have in common: ${offered.join(', ') || 'nothing'}.`,
      },
    );
  return { ...found, arch: chosen, repeat };
}
