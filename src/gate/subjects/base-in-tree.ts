import { UsageError } from '../../errors.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { readAbilities } from '../../kernel/definition/abilities.ts';
import { findBaseCommit } from '../../series/git/base-commit.ts';
import { requireCommit } from '../../series/git/git-tree.ts';
import type { Series } from '../../series/patches/series.ts';
import { suggest } from '../../util/closest.ts';

export interface TreeRequest {
  readonly series: Series;
  readonly tree: string;
  /** By default the commit that the series declares as its base. */
  readonly revision: string | undefined;
  readonly like?: string | undefined;
  /** The kernel file for whatever tree. */
  readonly neutral: KernelDefinition | undefined;
  readonly signal: AbortSignal;
}

/** A commit of a git tree as a base kernel, configured like a known kernel. */
export async function findBaseInTree(
  known: readonly KernelDefinition[],
  request: TreeRequest,
): Promise<{ readonly base: KernelDefinition; readonly chosen: string } | undefined> {
  const { series, tree, revision, signal } = request;
  const commit =
    revision === undefined
      ? await findBaseCommit(series, tree, signal)
      : await requireCommit(tree, revision, signal);
  if (commit === undefined) return undefined;
  const like = chooseModel(known, request);
  const source = { kind: 'revision', folder: tree, revision: commit } as const;
  const base: KernelDefinition = {
    ...like,
    id: `${like.id}-at-${commit.slice(0, 12)}`,
    summary: `${tree} at ${commit.slice(0, 12)}, configured like ${like.id}`,
    role: 'base',
    base: undefined,
    source,
    series: [],
    ...(like.source.kind === 'given' ? { standalone: true } : {}),
    abilities: await readAbilities({ source, fragments: like.fragments }),
  };
  const said = revision === undefined ? 'the commit that the series applies to' : '--base';
  return { base, chosen: `${said}, configured like ${like.id}` };
}

/**
 * The kernel whose configuration a bare commit gets: the one named, else the only base kernel, else the neutral one.
 */
function chooseModel(
  known: readonly KernelDefinition[],
  { like, neutral }: Pick<TreeRequest, 'like' | 'neutral'>,
): KernelDefinition {
  const bases = known.filter(
    ({ role, variant, source }) => role === 'base' && variant === 'plain' && source.kind !== 'given',
  );
  const [only, another] = like === undefined ? bases : known.filter(({ id }) => id === like);
  if (only !== undefined && another === undefined) return only;
  if (like === undefined && neutral !== undefined) return neutral;
  const ids = (like === undefined ? bases : known).map(({ id }) => id);
  throw new UsageError(
    like === undefined
      ? 'Several kernels could lend the commit their configuration.'
      : `There is no kernel "${like}".${suggest(like, ids)}`,
    {
      code: 'GATE_MODEL_UNKNOWN',
      hint: `Name one of these with --like: ${ids.join(', ') || 'there is none; write a kernel file'}.`,
    },
  );
}
