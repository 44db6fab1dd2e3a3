import { ARCH_NAMES, type ArchName } from '../../arch/architectures.ts';
import { createProgramCase, DEFAULT_SHAPE, type Spec } from '../../spec/spec.ts';
import { parseYamlSource } from '../../spec/yaml-source.ts';
import type { SelftestProgram } from '../../tests/selftests/selftest-programs.ts';
import { SELFTESTS } from '../../tests/selftests/tree-part.ts';
import { shellCommand } from '../../util/shell-word.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import { guestFolderOf } from './selftest-files.ts';

/** A program of a collection, on one kernel and architecture. */
export interface ProgramOnKernel {
  readonly kernel: string;
  readonly arch: ArchName;
  readonly collection: string;
  readonly program: SelftestProgram;
}

/** Selftests have their programs in memory, and those want some, too. */
const MEMORY_MIB = 768;

/** The spec of a program, as it was found on several kernels; `all` are those of every program and kernel. */
export function createSelftestSpec(
  name: string,
  found: readonly ProgramOnKernel[],
  all: readonly ProgramOnKernel[],
): Spec {
  const [first] = found;
  if (first === undefined) throw new Error(`${name} is on no kernel.`);
  const { collection, program } = first;
  const { words, guest, timeoutMs } = program;
  const path = (words.find((word) => word.startsWith('./')) ?? words[0] ?? '').replace(/^\.\//u, '');
  const file = `${SELFTESTS}/${collection}/${path}`;
  const on = new Map(found.map((one) => [`${one.kernel} ${one.arch}`, one]));
  const known = new Set(all.map(({ kernel, arch }) => `${kernel} ${arch}`));
  const arches = ARCH_NAMES.filter((arch) => found.some((one) => one.arch === arch));
  const summary = `the kernel’s own selftest ${shellCommand(words)} of ${collection}`;
  return {
    name,
    summary,
    program: shellCommand(words),
    command: {
      words,
      folder: guestFolderOf(collection),
      protocol: 'kselftest',
      files: { kind: 'selftests', collection },
      lackedBy: (kernel, arch) => {
        // Of a kernel that was not looked at, nothing is known.
        if (!known.has(`${kernel} ${arch}`)) return undefined;
        const one = on.get(`${kernel} ${arch}`);
        return one === undefined ? 'the program in its tree' : one.program.leftOut;
      },
    },
    arches,
    shape: {
      ...DEFAULT_SHAPE,
      memoryMiB: MEMORY_MIB,
      ...withoutUndefined({ cpus: guest.cpus, memoryMiB: guest.memoryMiB, parameters: guest.parameters }),
    },
    reseed: false,
    tags: ['selftests'],
    cases: [
      createProgramCase({
        about: summary,
        tags: ['selftests'],
        arches,
        requires: [],
        timeoutMs,
        location: file,
      }),
    ],
    source: parseYamlSource('', file),
  };
}
