import { resolve } from 'node:path';
import type { ArchName } from '../../arch/architectures.ts';
import { UsageError } from '../../errors.ts';
import type { History } from '../../gate/bisect/bisect.ts';
import { explainRejection } from '../../gate/subjects/explain-rejection.ts';
import { rangeHistory } from '../../gate/bisect/range-history.ts';
import { seriesHistory } from '../../gate/bisect/series-history.ts';
import { chooseSubjects } from '../../gate/subjects/choose-subjects.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { Project } from '../../run/project/project.ts';
import { loadSeries } from '../../series/load-series.ts';
import { folderOf, referTo } from '../../series/series-reference.ts';
import { chooseOne, type BisectFlags } from './bisect-flags.ts';

/** What to search, and how to explain an error in building it. */
export interface BisectSubject {
  /** The kernel without any change. */
  readonly base: KernelDefinition;
  readonly historyOn: (arch: ArchName) => Promise<History<KernelDefinition>>;
  readonly explain: (error: unknown) => Promise<unknown>;
}

/** Loads the series or the range that the command line of `kgate bisect` names. */
export async function loadBisectSubject(
  project: Project,
  path: string | undefined,
  flags: BisectFlags,
  { cwd, signal }: { readonly cwd: string; readonly signal: AbortSignal },
): Promise<BisectSubject> {
  const tree = flags.tree === undefined ? undefined : resolve(cwd, flags.tree);
  if (path === undefined && tree !== undefined && flags.range !== undefined) {
    const kernel = await chooseOne(project, flags, cwd);
    const history = await rangeHistory(tree, flags.range, kernel, signal);
    return {
      base: history.before.kernel,
      historyOn: async () => history,
      explain: async (error) => error,
    };
  }
  if (path === undefined || flags.range !== undefined)
    throw new UsageError('Give either a series, or --tree and --range.', {
      code: 'BISECT_SUBJECT_MISSING',
      hint: '"kgate bisect --help" shows an example of both.',
    });
  const reference = await referTo(path, { cwd, input: process.stdin });
  const series = await loadSeries(reference, signal);
  const subjects = await chooseSubjects(project, {
    series,
    folder: await folderOf(reference),
    base: flags.base,
    tree,
    like: flags.kernel,
    fragments: (flags.config ?? []).map((fragment) => resolve(cwd, fragment)),
    configFrom: flags.configFrom === undefined ? undefined : resolve(cwd, flags.configFrom),
    role: flags.expect,
    signal,
  });
  return {
    base: subjects.base,
    historyOn: (arch) => seriesHistory(subjects, series, arch),
    explain: (error) => explainRejection(error, series, { project, tree, signal }),
  };
}
