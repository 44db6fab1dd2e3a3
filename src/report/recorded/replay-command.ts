import type { Asked, CaseResult } from '../../run/record/record.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import { shellCommand } from '../../util/shell-word.ts';

/** What of a run's own command has to be said again to get the same kernels, and how. */
export interface ReplayContext {
  readonly asked?: Asked | undefined;
  /** How the user calls kgate, as a shell takes it; by default as whoever has it on the PATH does. */
  readonly program?: string | undefined;
}

/** The one command that executes a case again, and nothing else. */
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
