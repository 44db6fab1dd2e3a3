import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, posix, resolve } from 'node:path';
import { hasErrorCode } from '../util/has-error-code.ts';
import type { KernelDefinition } from './definition.ts';
import type { Overlay } from './overlay.ts';

/** Beside the other fragments in kgate's own folder, whether kgate runs from `src` or from `dist`. */
const FRAGMENT = resolve(import.meta.dirname, '../../kernels/config/coverage.config');

/**
 * The same kernel with counters in the files to which its series adds code. Its objects are kept apart from those of
 * the kernel itself, so that neither build undoes the other.
 */
export function coverageVariant(definition: KernelDefinition): KernelDefinition {
  const { fragments, variant } = definition;
  return {
    ...definition,
    variant: variant === 'plain' ? 'coverage' : `${variant}-coverage`,
    fragments: { x86_64: [...fragments.x86_64, FRAGMENT], arm64: [...fragments.arm64, FRAGMENT] },
    countsLines: true,
  };
}

/** Has the compiler put counters into the C files among these, by the makefile of each; all other objects stay as they are. */
export async function addCounters(files: Iterable<string>, overlay: Overlay): Promise<void> {
  for (const path of files) {
    if (!path.endsWith('.c')) continue;
    const found = await findMakefile(path, overlay);
    if (found === undefined) continue;
    const object = `${posix.relative(dirname(found.path), path).slice(0, -'.c'.length)}.o`;
    if (forbidsCounters(found.text, object)) continue;
    // Without atomic updates two processors can lose a count, and what gcov derives from it can then be zero.
    const added = `\nGCOV_PROFILE_${object} := y\nCFLAGS_${object} += -fprofile-update=atomic\n`;
    await writeFile(join(overlay.folder, found.path), found.text + added);
  }
}

/** The makefile that compiles a file: that of its folder, or of the nearest one above. */
async function findMakefile(
  path: string,
  overlay: Overlay,
): Promise<{ readonly path: string; readonly text: string } | undefined> {
  for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
    // Kbuild prefers the one called after it.
    for (const name of ['Kbuild', 'Makefile']) {
      const makefile = posix.join(folder, name);
      await overlay.take(makefile);
      const text = await readFile(join(overlay.folder, makefile), 'utf8').catch(ignoreMissing);
      if (text !== undefined) return { path: makefile, text };
    }
  }
  return undefined;
}

/** Code that runs outside the kernel's own address space, such as the vDSO, cannot reach the counters. */
function forbidsCounters(makefile: string, object: string): boolean {
  return [...makefile.matchAll(/^\s*GCOV_PROFILE(?:_(\S+))?\s*:?=\s*n\s*$/gmu)].some(
    ([, only]) => only === undefined || only === object,
  );
}

function ignoreMissing(error: unknown): undefined {
  if (!hasErrorCode(error, 'ENOENT')) throw error;
}
