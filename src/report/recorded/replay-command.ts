import type { CaseResult } from '../../run/record/record.ts';
import { shellCommand } from '../../util/shell-word.ts';

/** What of a run's own command has to be said again to get the same kernels. */
export interface ReplayContext {
  /** How the user names each kernel that is not found by its id: the path of its file. */
  readonly kernelPaths: ReadonlyMap<string, string>;
  readonly tree: string | undefined;
  /** How the user calls kgate, as a shell takes it; by default as whoever has it on the PATH does. */
  readonly program?: string;
}

const NOTHING_BESIDES: ReplayContext = { kernelPaths: new Map(), tree: undefined };

/** The one command that executes a case again, and nothing else. */
export function replayCommand(
  { spec, case: name, kernel, arch }: Pick<CaseResult, 'spec' | 'case' | 'kernel' | 'arch'>,
  { kernelPaths, tree, program = 'kgate' }: ReplayContext = NOTHING_BESIDES,
): string {
  const words = [
    'run',
    spec,
    '--case',
    name,
    '--kernel',
    kernelPaths.get(kernel) ?? kernel,
    '--arch',
    arch,
    ...(tree === undefined ? [] : ['--tree', tree]),
  ];
  return `${program} ${shellCommand(words)}`;
}
