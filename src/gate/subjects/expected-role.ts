import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { KernelRole } from '../../kernel/definition/kernel.ts';
import { parsePatch } from '../../series/patches/patch-text.ts';
import { readSeries } from '../../kernel/patches/apply-series.ts';

/** What the specs expect from a patched kernel, and why. */
export interface ExpectedRole {
  readonly role: KernelRole;
  /** One sentence. */
  readonly reason: string;
}

/**
 * Specs distinguish two kinds of kernels: those with the series the specs are about, and base kernels. A series counts
 * as one the specs are about if it creates a file or defines a config symbol that the series of a known patched kernel
 * also does, or if there is no such kernel. Any other series must leave everything as it is on its base.
 */
export async function findExpectedRole(
  patches: readonly string[],
  base: KernelDefinition,
  known: readonly KernelDefinition[],
): Promise<ExpectedRole> {
  if (base.role === 'patched')
    return { role: 'patched', reason: 'The base has the series that the specs are about.' };
  const subjects = known.filter(({ role, series }) => role === 'patched' && series.length > 0);
  if (subjects.length === 0)
    return {
      role: 'patched',
      reason: 'No known kernel has a series that the specs could be about.',
    };
  const brought = broughtBy(patches);
  for (const { id, series } of subjects) {
    const folders = await Promise.all(series.map((folder) => readSeries(folder)));
    const theirs = broughtBy(folders.flat().map(({ text }) => text));
    const shared = [...brought].find((thing) => theirs.has(thing));
    if (shared !== undefined)
      return { role: 'patched', reason: `The series adds ${shared}, as does that of ${id}.` };
  }
  const ids = subjects.map(({ id }) => id).join(', ');
  return {
    role: 'base',
    reason: `The specs are about the series of ${ids}, and this one adds nothing that it adds.`,
  };
}

const createdBy = (text: string): readonly string[] =>
  parsePatch(text)
    .filter(({ hunks }) => hunks[0]?.text.startsWith('@@ -0,0 ') === true)
    .map(({ path }) => path);

/** Files that patches create, and config symbols that they define. */
function broughtBy(patches: readonly string[]): ReadonlySet<string> {
  return new Set(
    patches.flatMap((text) => [
      ...createdBy(text),
      ...[...text.matchAll(/^\+\s*(?:menu)?config (\w+)$/gmu)].map(([, symbol = '']) => `CONFIG_${symbol}`),
    ]),
  );
}
