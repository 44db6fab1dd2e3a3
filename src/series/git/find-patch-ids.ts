import { runGit } from './git-tree.ts';

/** A kernel gets some two hundred commits a day. */
const SEARCHED = 3_000;

/**
 * Finds commits by their `git patch-id --stable` among the newest of some revisions, such as `BASE` or `--all --not BASE`.
 * Answers with the commit of each id that is there.
 */
export async function findPatchIds(
  tree: string,
  wanted: readonly string[],
  revisions: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  if (wanted.length === 0) return new Map();
  const range = ['rev-list', '--no-merges', `--max-count=${SEARCHED}`, ...revisions];
  const { stdout: commits } = await runGit(tree, range, { signal });
  const found = new Map<string, string>();
  for (const form of FORMS)
    if (wanted.some((id) => !found.has(id)))
      for (const [id, commit] of await patchIdsOf(tree, commits, form, signal))
        if (wanted.includes(id) && !found.has(id)) found.set(id, commit);
  return found;
}

interface DiffForm {
  readonly renames: '--find-renames' | '--no-renames';
  /** Lines of the diff that are no part of the id. */
  readonly without?: RegExp;
}

/** `git format-patch --base` leaves out what tells a rename, `git patch-id` does not, and renames are a matter of settings. */
const FORMS: readonly DiffForm[] = [
  { renames: '--find-renames', without: /^(?:(?:dis)?similarity index|rename (?:from|to)) .*\n/gmu },
  { renames: '--find-renames' },
  { renames: '--no-renames' },
];

async function patchIdsOf(
  tree: string,
  commits: string,
  { renames, without }: DiffForm,
  signal: AbortSignal | undefined,
): Promise<readonly (readonly [id: string, commit: string])[]> {
  const diff = ['diff-tree', '--stdin', '--root', '-p', '-r', renames, '--no-ext-diff', '--no-textconv'];
  const { stdout } = await runGit(tree, diff, { signal, input: `${commits}\n`, asBytes: true });
  const input = Buffer.from(without === undefined ? stdout : stdout.replaceAll(without, ''), 'latin1');
  const { stdout: ids } = await runGit(tree, ['patch-id', '--stable'], { signal, input });
  return ids.split('\n').map((line): readonly [string, string] => {
    const [id = '', commit = ''] = line.split(' ');
    return [id, commit];
  });
}
