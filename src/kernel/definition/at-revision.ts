import type { KernelDefinition } from './definition.ts';

/**
 * A kernel with the source of a commit, as it is: its configuration and drivers without its series. Its id ends in the
 * beginning of the commit's.
 */
export function atRevision(kernel: KernelDefinition, tree: string, commit: string): KernelDefinition {
  return {
    ...kernel,
    id: `${kernel.id}-${commit.slice(0, 12)}`,
    // What the project tolerates of the kernel holds for this one.
    base: kernel.base ?? kernel.id,
    source: { kind: 'revision', folder: tree, revision: commit },
    // The tree is tested as it is, as with --tree.
    series: [],
  };
}
