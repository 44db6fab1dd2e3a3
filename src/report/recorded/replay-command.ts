import type { CaseResult } from '../../run/record/record.ts';
import { shellCommand } from '../../util/shell-word.ts';

/** The part of a run's command that has to be repeated to get the same kernels. */
export interface ReplayContext {
  /** The path of each kernel's file, for kernels that cannot be found by id. */
  readonly kernelPaths: ReadonlyMap<string, string>;
  readonly tree: string | undefined;
  /** How the user calls kgate in a shell; by default plain `kgate`, as found on the PATH. */
  readonly program?: string;
}

const NOTHING_BESIDES: ReplayContext = { kernelPaths: new Map(), tree: undefined };

/** The command that executes one case again, and nothing else. */
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
