import { dirname, join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { wantedArches } from '../../arch/wanted-arches.ts';
import type { ArchName } from '../../arch/architectures.ts';
import { atRevision } from '../../kernel/definition/at-revision.ts';
import { runCommand } from '../../process/run-command.ts';
import { renderWatchPage } from '../../report/html/watch/watch-page.ts';
import { renderWatchedCommit } from '../../report/terminal/watch-table.ts';
import { createHostBackend } from '../../run/execute/host-backend.ts';
import { createPreflight } from '../../run/execute/host-preflight.ts';
import { hostLimits } from '../../run/pool/limits.ts';
import { loadSuite } from '../../run/project/load-suite.ts';
import { findProject, type Project } from '../../run/project/project.ts';
import { collectTreeTests } from '../../run/tree-tests/collect-tree-tests.ts';
import { seriesError } from '../../series/patches/series-error.ts';
import { makeFolder } from '../../util/make-folder.ts';
import { commitKey, subjectKey } from '../../watch/commit-key.ts';
import type { JudgedHistory } from '../../watch/judge-history.ts';
import { ResultStore, watchFolder } from '../../watch/result-store.ts';
import { testCommit, type Testing } from '../../watch/test-commit.ts';
import { watch } from '../../watch/watch.ts';
import { WatchedCommits } from '../../watch/watched-commits.ts';
import type { CommandContext } from '../context.ts';
import type { KernelFlags } from '../kernel-flags.ts';
import { sandboxWanted, type SandboxFlag } from '../options.ts';
import { openProgressOfRuns } from '../terminal/progress-of-runs.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { writeAbove } from '../terminal/write-above.ts';
import { writeNotice } from '../terminal/write-notice.ts';
import { chooseOne } from './bisect-flags.ts';

/** The flags of `kgate watch`. */
export interface WatchFlags extends SandboxFlag, KernelFlags {
  readonly tree: string;
  readonly kernel?: string;
  readonly case?: readonly string[];
  readonly tag?: readonly string[];
  readonly arch?: readonly ArchName[];
  readonly newest?: number;
  readonly every?: number;
  readonly fetch?: true;
  readonly once?: true;
  readonly fresh?: true;
  readonly page?: string;
  readonly jobs?: number;
  readonly json?: true;
}

/** How many commits of a branch a watch begins with. */
export const NEWEST = 10;
/** How often a watch looks for new commits, in ms. */
export const EVERY_MS = 60_000;

/** Watches, with progress on stderr and a page that follows. Ends only with `--once`, or when it is interrupted. */
export async function performWatch(
  what: string,
  specs: readonly string[],
  flags: WatchFlags,
  context: CommandContext,
): Promise<JudgedHistory> {
  const { terminal, signal, cwd } = context;
  const tree = resolve(cwd, flags.tree);
  const project = await findProject(cwd);
  const commits = new WatchedCommits(tree, what, flags.newest ?? NEWEST);
  // A mistake in the name shows before anything else is done.
  const found = await commits.list(signal);
  if (found.length === 0 && flags.once === true)
    throw seriesError(
      'SERIES_EMPTY',
      `${what} of ${tree} holds no commits.`,
      'Write a range as OLDER..NEWER.',
    );
  const kernel = await chooseOne(project, { ...flags, tree }, cwd);
  const arches = wantedArches(kernel.arch, flags.arch);
  const suite = await loadSuite(project);
  const selection = [...specs, '--case', ...(flags.case ?? []), '--tag', ...(flags.tag ?? [])];
  const subject = await subjectKey({ project, specs: suite.specs, arches, selection });
  using progress = openProgressOfRuns(terminal);
  const testing = openTesting(project, { specs, arches, flags }, { ...context, sink: progress.sink });
  const page = flags.page === undefined ? defaultPage(project, what) : resolve(cwd, flags.page);
  await makeFolder(dirname(page));
  writeNotice(terminal, `The page of commits and tests is ${page}`);
  return await watch({
    list: async () => {
      if (flags.fetch === true) await fetchTree(tree, terminal, signal);
      return await commits.list(signal);
    },
    keyOf: (commit) => commitKey(atRevision(kernel, tree, commit), arches, subject, signal),
    test: (commit) => testCommit(commit, atRevision(kernel, tree, commit), testing),
    results: new ResultStore(project),
    fresh: flags.fresh === true,
    everyMs: flags.once === true ? undefined : (flags.every ?? EVERY_MS),
    signal,
    onHistory: async (history, news) => {
      const written = new Date().toISOString();
      const refreshSeconds = flags.once === true ? undefined : REFRESH_SECONDS;
      const about = { what: `${what} of ${tree}`, kernel: kernel.id, history, written, refreshSeconds };
      await writeFileAtomic(page, await renderWatchPage(about));
      const commit = history.commits.find((one) => one.commit === news?.commit);
      if (commit !== undefined) writeAbove(terminal, renderWatchedCommit(commit, terminal.errorPalette));
    },
  });
}

/** How soon a browser looks at the page again. */
const REFRESH_SECONDS = 30;

interface Wanted {
  readonly specs: readonly string[];
  readonly arches: readonly ArchName[];
  readonly flags: WatchFlags;
}

function openTesting(
  project: Project,
  { specs, arches, flags }: Wanted,
  { signal, version, sink }: CommandContext & { readonly sink: Testing['step']['sink'] },
): Testing {
  const limits = hostLimits(flags.jobs);
  const builds = { jobs: limits.slots, sandbox: sandboxWanted(flags) };
  const telling = { ...builds, signal, onEvent: sink };
  return {
    project,
    request: { specs, cases: flags.case ?? [], tags: flags.tag ?? [], arches },
    backend: createHostBackend({ project, ...builds }),
    preflight: createPreflight({ project, ...telling }),
    collect: (patterns, kernels, wanted) => collectTreeTests(patterns, kernels, wanted, telling),
    limits,
    version,
    step: { signal, sink },
  };
}

/** One page for each range or branch of a project. */
const defaultPage = (project: Project, what: string): string =>
  join(watchFolder(project), `${what.replaceAll(/[^\w.-]+/gu, '-')}.html`);

/** With the user's own settings, since only those reach the tree's remotes. A failure is no reason to stop. */
async function fetchTree(tree: string, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const { exitCode, output } = await runCommand('git', ['-C', tree, 'fetch', '--quiet'], { signal });
  if (exitCode !== 0 && !signal.aborted)
    writeNotice(terminal, `git fetch failed in ${tree}; going on with what is there: ${output.trim()}`);
}
