import { listCommits, type ListedCommit } from '../series/git/list-commits.ts';
import { resolveRange } from '../series/git/resolve-range.ts';
import { requireCommit, runGit } from '../series/git/git-tree.ts';

/**
 * The commits of a range or of a branch, as they are whenever they are asked for. Of a branch these are the newest at
 * first, and all that came since; where its history was rewritten, the newest again.
 */
export class WatchedCommits {
  readonly #tree: string;
  readonly #what: string;
  readonly #newest: number;
  /** The commit before the oldest one of the branch. */
  #floor: string | undefined;

  /** `newest` is how many commits of a branch are looked at to begin with. */
  constructor(tree: string, what: string, newest: number) {
    this.#tree = tree;
    this.#what = what;
    this.#newest = newest;
  }

  /** Newest first. Throws UsageError where the tree has no such branch or range. */
  async list(signal: AbortSignal): Promise<readonly ListedCommit[]> {
    if (this.#what.includes('..')) {
      const { from, to } = await resolveRange(this.#tree, this.#what, signal);
      return await listCommits(this.#tree, [`${from}..${to}`], signal);
    }
    const tip = await requireCommit(this.#tree, this.#what, signal);
    if (this.#floor !== undefined && (await this.#isAncestor(this.#floor, tip, signal)))
      return await listCommits(this.#tree, [`${this.#floor}..${tip}`], signal);
    const listed = await listCommits(this.#tree, [`--max-count=${this.#newest + 1}`, tip], signal);
    this.#floor = listed[this.#newest]?.commit;
    return listed.slice(0, this.#newest);
  }

  async #isAncestor(commit: string, tip: string, signal: AbortSignal): Promise<boolean> {
    const args = ['merge-base', '--is-ancestor', commit, tip];
    return (await runGit(this.#tree, args, { signal })).exitCode === 0;
  }
}
