import type { CaseResult } from '../../run/record/record.ts';
import { shellCommand } from '../../util/shell-word.ts';

/** How kgate is started from a checkout or a project. */
export const KGATE: readonly string[] = ['npx', 'kgate'];

/** What of a run's own command has to be said again to get the same kernels. */
export interface ReplayContext {
  /** How the user names each kernel that is not found by its id: the path of its file. */
  readonly kernelPaths: ReadonlyMap<string, string>;
  readonly tree: string | undefined;
}

/** The one command that executes a case again, and nothing else. */
export function replayCommand(
  { spec, case: name, kernel, arch }: Pick<CaseResult, 'spec' | 'case' | 'kernel' | 'arch'>,
  { kernelPaths, tree }: ReplayContext,
): string {
  return shellCommand([
    ...KGATE,
    'run',
    spec,
    '--case',
    name,
    '--kernel',
    kernelPaths.get(kernel) ?? kernel,
    '--arch',
    arch,
    ...(tree === undefined ? [] : ['--tree', tree]),
  ]);
}
