import type { Spec } from '../../spec/spec.ts';
import { countOf } from '../../util/count-of.ts';
import type { ChangedFunction } from './changed-functions.ts';
import { recallReach, specsReaching } from './reach-memory.ts';

/** All specs of the project, as a pattern. */
export const ALL_SPECS = '**';

/**
 * The specs of the project: all of them, unless it is known for each changed function which ones execute it. That may be
 * none, if there are other tests.
 */
export async function chooseSpecs(
  functions: readonly ChangedFunction[],
  specs: readonly Spec[],
  root: string,
  areThereOthers: boolean,
): Promise<{ readonly specs: readonly string[]; readonly reason: string }> {
  const wanted = new Set<string>();
  for (const { path, name } of functions) {
    if (name === undefined) return all(`the series changes ${path} outside of functions`);
    const reaching = specsReaching(name, await recallReach(root, path), specs);
    if (reaching === undefined) return all(`no earlier gate counted lines of ${name}() in ${path}`);
    for (const spec of reaching) wanted.add(spec);
  }
  if (functions.length === 0) return all('nothing says which functions the series changes');
  if (wanted.size === 0 && !areThereOthers)
    return all('in earlier gates none executed what the series changes');
  const tried = `executed ${listFunctions(functions)} in an earlier gate`;
  return {
    specs: specs.filter(({ name }) => wanted.has(name)).map(({ name }) => name),
    reason:
      wanted.size === 0
        ? `no spec: none of ${specs.length} ${tried}`
        : `${wanted.size} of ${countOf(specs.length, 'spec')}: they ${tried}, or have changed since`,
  };
}

const all = (reason: string) => ({ specs: [ALL_SPECS], reason: `all specs: ${reason}` });

const SHOWN = 3;

const listFunctions = (functions: readonly ChangedFunction[]): string => {
  const names = functions.map(({ name = '' }) => `${name}()`);
  const more = names.length - SHOWN;
  return `${names.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${countOf(more, 'other')}` : ''}`;
};
