import { InfraError, UsageError } from '../errors.ts';
import type { ListedCommit } from '../series/git/list-commits.ts';
import type { Digest } from '../store/digest.ts';
import { withoutUndefined } from '../util/without-undefined.ts';
import type { CommitResult } from './commit-result.ts';
import type { WatchedCommit } from './judge-history.ts';

/** Where results are kept between watches. */
export interface Results {
  load(key: Digest): Promise<CommitResult | undefined>;
  save(key: Digest, result: CommitResult): Promise<void>;
}

export interface KnowledgeOptions {
  readonly results: Results;
  /** Names everything that the result of a commit depends on. */
  readonly keyOf: (commit: string) => Promise<Digest>;
  /** Builds and tests a commit; see testCommit(). */
  readonly test: (commit: string) => Promise<CommitResult>;
  /** Tests what earlier watches know as well. */
  readonly fresh: boolean;
}

/** A commit that the harness failed on is tried this often before it is left alone. */
const ATTEMPTS = 3;

/** What a watch knows of commits, by their ids. */
export class Knowledge {
  readonly #options: KnowledgeOptions;
  readonly #keys = new Map<string, Digest>();
  readonly #results = new Map<string, CommitResult>();
  readonly #attempts = new Map<string, number>();
  readonly #troubles = new Map<string, string>();

  constructor(options: KnowledgeOptions) {
    this.#options = options;
  }

  /** Commits with what is known of them: from this watch, or from an earlier one. */
  async look(commits: readonly ListedCommit[]): Promise<readonly WatchedCommit[]> {
    const looked: WatchedCommit[] = [];
    for (const { commit, subject, date } of commits) {
      const result = this.#results.get(commit) ?? (await this.#recall(commit));
      const trouble = this.#troubles.get(commit);
      looked.push({ commit, subject, date, ...withoutUndefined({ result, trouble }) });
    }
    return looked;
  }

  /** Tests a commit; `undefined` where it has to be tried again. */
  async test({ commit, subject, date }: ListedCommit): Promise<WatchedCommit | undefined> {
    const { results, test } = this.#options;
    try {
      const result = await test(commit);
      this.#results.set(commit, result);
      await results.save(await this.#keyOf(commit), result);
      return { commit, subject, date, result };
    } catch (error) {
      const trouble = this.#troubleOf(commit, error);
      if (trouble === undefined) return undefined;
      this.#troubles.set(commit, trouble);
      return { commit, subject, date, trouble };
    }
  }

  /** A mistake in the command shows with the first commit; later it is a commit that is unlike the others. */
  #troubleOf(commit: string, error: unknown): string | undefined {
    if (error instanceof UsageError && this.#results.size > 0) return error.message;
    if (!(error instanceof InfraError)) throw error;
    const attempts = (this.#attempts.get(commit) ?? 0) + 1;
    this.#attempts.set(commit, attempts);
    return attempts < ATTEMPTS ? undefined : error.message;
  }

  async #recall(commit: string): Promise<CommitResult | undefined> {
    const { results, fresh } = this.#options;
    if (fresh) return undefined;
    const result = await results.load(await this.#keyOf(commit));
    if (result !== undefined) this.#results.set(commit, result);
    return result;
  }

  async #keyOf(commit: string): Promise<Digest> {
    const key = this.#keys.get(commit) ?? (await this.#options.keyOf(commit));
    this.#keys.set(commit, key);
    return key;
  }
}
