import type { Asked, CaseResult } from '../../run/record/record.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import { shellCommand } from '../../util/shell-word.ts';

/** The part of a run's command that has to be repeated to get the same kernels. */
export interface ReplayContext {
  readonly asked?: Asked | undefined;
  /** How the user calls kgate, in a shell; by default plain `kgate`, as found on the PATH. */
  readonly program?: string | undefined;
}

/** The command that executes one case again, and nothing else. */
export function replayCommand(
  { spec, case: name, kernel, arch }: Pick<CaseResult, 'spec' | 'case' | 'kernel' | 'arch'>,
  { asked, program = 'kgate' }: ReplayContext,
): string {
  const file = asked?.kernelFiles?.[kernel];
  const words = [
    'run',
    spec,
    '--case',
    name,
    '--kernel',
    file === undefined ? kernel : displayPath(file),
    '--arch',
    arch,
    ...(asked?.options ?? []),
  ];
  return `${program} ${shellCommand(words)}`;
}
