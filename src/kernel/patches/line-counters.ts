import { readFile, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { hasErrorCode } from '../../util/has-error-code.ts';
import type { KernelDefinition } from '../definition/definition.ts';
import type { Overlay } from '../source/overlay.ts';

/**
 * The same kernel with counters in the files to which its series adds code. Configuration and all other objects stay
 * the same, so it is built in the same lineage, at the cost of those files and a link.
 */
export function withLineCounters(definition: KernelDefinition): KernelDefinition {
  return { ...definition, countsLines: true };
}

/**
 * Flags that make GCC count exactly. It inserts counters after its early optimizations, which can leave a line such as
 * `return -EINVAL;` without code, and after inlining small functions, which does the same to a line that calls one:
 * both are off. Later passes optimize as usual, but must not move counters out of loops. Without atomic updates two
 * processors can lose a count, and what gcov derives from it can then be zero.
 */
const COUNTER_FLAGS = [
  '-fprofile-arcs',
  '-ftest-coverage',
  '-fprofile-update=atomic',
  '-fno-tree-loop-im',
  '-fno-early-inlining',
  '$(call cc-option,-fdisable-tree-early_optimizations)',
  // Without it, counters announce themselves in constructors, which a kernel has only when configured so.
  '$(call cc-option,-fprofile-info-section=.rodata.kgate_counters)',
  // On arm64 atomic updates would be calls of the compiler's library, which the kernel does not have.
  '$(call cc-option,-mno-outline-atomics)',
].join(' ');

/**
 * From Linux 6.11 on, Kbuild itself knows which objects are part of the kernel; makefiles of older ones say for which
 * others gcov is not meant. Code such as that of the vDSO runs where it cannot reach counters.
 */
const PART_OF_KERNEL = '$(or $(is-kernel-object),$(filter undefined,$(origin is-kernel-object)))';

/** The functions that counters refer to. kgate reads counters from outside the guest, so they are never called. */
const STUBS = `// SPDX-License-Identifier: GPL-2.0
#include <linux/export.h>

void __gcov_init(void *info);
void __gcov_exit(void);
void __gcov_merge_add(long long *counters, unsigned int count);

void __gcov_init(void *info) { }
void __gcov_exit(void) { }
void __gcov_merge_add(long long *counters, unsigned int count) { }
EXPORT_SYMBOL(__gcov_init);
EXPORT_SYMBOL(__gcov_exit);
EXPORT_SYMBOL(__gcov_merge_add);
`;

/** Makes the compiler put counters into the C files among these, through the makefile of each. */
export async function addLineCounters(files: Iterable<string>, overlay: Overlay): Promise<void> {
  for (const path of files) {
    if (!path.endsWith('.c')) continue;
    const found = await findMakefile(path, overlay);
    if (found === undefined) continue;
    const object = `${posix.relative(posix.dirname(found), path).slice(0, -'.c'.length)}.o`;
    await edit(overlay, found, (text) =>
      forbidsCounters(text, object)
        ? text
        : `${text}\nCFLAGS_${object} += $(if ${PART_OF_KERNEL},${COUNTER_FLAGS})\n`,
    );
  }
  await edit(overlay, 'lib/Makefile', (text) => `${text}\nobj-y += kgate-counters.o\n`);
  await writeFile(join(overlay.folder, 'lib/kgate-counters.c'), STUBS);
}

/** The makefile that compiles a file: that of its folder, or of the nearest one above. Kbuild prefers its own name. */
async function findMakefile(path: string, overlay: Overlay): Promise<string | undefined> {
  for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
    for (const name of ['Kbuild', 'Makefile']) {
      const makefile = posix.join(folder, name);
      await overlay.take(makefile);
      if ((await readIfThere(join(overlay.folder, makefile))) !== undefined) return makefile;
    }
  }
  return undefined;
}

async function edit(overlay: Overlay, path: string, change: (text: string) => string): Promise<void> {
  await overlay.take(path);
  const file = join(overlay.folder, path);
  await writeFile(file, change(await readFile(file, 'utf8')));
}

function forbidsCounters(makefile: string, object: string): boolean {
  return [...makefile.matchAll(/^\s*GCOV_PROFILE(?:_(\S+))?\s*:?=\s*n\s*$/gmu)].some(
    ([, only]) => only === undefined || only === object,
  );
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
    return undefined;
  });
}
