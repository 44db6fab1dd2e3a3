import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { architectures, type ArchName } from '../arch/architectures.ts';
import type { BuiltKernel } from '../kernel/definition/kernel.ts';
import { DEFAULT_SHAPE } from '../spec/spec.ts';
import { shellWord } from '../util/shell-word.ts';
import { kernelCommandLine } from '../vm/boot/kernel-command-line.ts';
import type { ProofRecord } from './proof-record.ts';
import type { Reproducer } from './reproducer.ts';

/** What a person types to see the same by hand: a C compiler, cpio and QEMU, and nothing of kgate. */
export interface Repetition {
  readonly compile: readonly string[];
  /** One command; `$KERNEL` is the file to boot. */
  readonly boot: readonly string[];
}

/** The commands for an architecture, with the machine and the parameters that the guests had. */
export function repetitionOf(
  arch: ArchName,
  { reproducer: { cpus, seconds } }: Pick<ProofRecord, 'reproducer'>,
): Repetition {
  const architecture = architectures[arch];
  const { qemu, triple } = architecture;
  const shape = { ...DEFAULT_SHAPE, cpus };
  const parameters = kernelCommandLine(architecture, shape, {
    accelerator: 'tcg',
    hostTscKhz: undefined,
    ticksPerSecond: undefined,
  });
  return {
    compile: [
      `${triple}-gcc -static -O2 -pthread -w -D_GNU_SOURCE -o repro repro.c`,
      `${triple}-gcc -static -O2 -DSECONDS=${seconds} -o init init.c`,
      'printf "init\\nrepro\\n" | cpio --quiet -o -H newc > initramfs.cpio',
    ],
    boot: [
      `${qemu.binary} -machine ${qemu.machineType(shape)} -cpu ${qemu.processor('tcg')} \\`,
      `    -smp ${cpus} -m ${shape.memoryMiB}M -nodefaults -display none -serial stdio -no-reboot \\`,
      `    -kernel "$KERNEL" -initrd initramfs.cpio \\`,
      `    -append "${parameters}"`,
    ],
  };
}

/** The folder of a proof with everything to repeat it by hand. */
export const REPEAT_FOLDER = 'repeat';

/**
 * Writes the reproducer, the init of its guest and a script for each architecture: `sh repeat-ARCH.sh base`, or
 * `patched`, or the path of another kernel.
 */
export async function writeRepetition(
  folder: string,
  reproducer: Reproducer,
  record: ProofRecord,
  kernels: ReadonlyMap<ArchName, { readonly base: BuiltKernel; readonly patched: BuiltKernel }>,
  guests: string,
): Promise<void> {
  const target = join(folder, REPEAT_FOLDER);
  await mkdir(target, { recursive: true });
  await writeFile(join(target, 'repro.c'), reproducer.text);
  await copyFile(join(guests, 'reproducer', 'init.c'), join(target, 'init.c'));
  for (const [arch, { base, patched }] of kernels) {
    const { compile, boot } = repetitionOf(arch, record);
    const script = [
      '#!/bin/sh -e',
      `# Runs ${reproducer.name} in a guest: on "base", on "patched", or on the kernel of which the path is given.`,
      'cd "$(dirname "$0")"',
      'case "$1" in',
      `base) KERNEL=${shellWord(base.bootImage)} ;;`,
      `patched) KERNEL=${shellWord(patched.bootImage)} ;;`,
      '*) KERNEL=$1 ;;',
      'esac',
      ...compile,
      ...boot,
    ];
    const file = join(target, `repeat-${arch}.sh`);
    await writeFile(file, `${script.join('\n')}\n`);
    await chmod(file, 0o755);
  }
}
