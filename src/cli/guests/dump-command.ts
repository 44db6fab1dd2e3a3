import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { architectures } from '../../arch/architectures.ts';
import { UsageError } from '../../errors.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { shellCommand } from '../../util/shell-word.ts';
import { dumpMemory } from '../../vm/dump-memory.ts';
import { findGdb } from '../../vm/gdb-stub.ts';
import type { Guest } from '../../vm/guest.ts';
import { openKept } from '../../vm/kept/open-kept.ts';
import type { CommandContext } from '../context.ts';
import { BOOTING, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import { addGuestOptions } from './guest-flags.ts';
import { keptOption, requireKeptAlone } from './kept-option.ts';
import { openForCase, runUntilItEnds, type CaseFlags } from './guest-of-case.ts';

interface DumpFlags extends CaseFlags {
  readonly kept?: string;
  readonly output: string;
  readonly physical?: true;
}

const EXITS: ExitCodes = {
  ...BOOTING,
  0: 'the core is written, whatever the case came to',
};

/** `kgate dump`: the memory of a guest as a core. */
export function createDumpCommand(context: CommandContext, end: (exitCode: number) => void): Command {
  return addGuestOptions(new Command('dump'), 'that of the case, else this host’s')
    .summary('write the memory of a guest as an ELF core, for crash, drgn or gdb')
    .description(
      'Runs a case to its end, or to the end of its kernel, and writes the memory and the registers of the guest to a file. Also that of a guest that a run with --keep-failed left, or of a pristine one.',
    )
    .option('--case <spec/case>', 'run this case first')
    .addOption(keptOption('take the guest that a run with --keep-failed left in this folder'))
    .option('-o, --output <file>', 'where to write the core', 'guest.core')
    .option(
      '--physical',
      'with physical addresses, for crash and drgn, which need a kernel with full debug info; gdb wants virtual ones',
    )
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate dump --case mremap/shrink --kernel linux-6.12', 'what a case leaves behind'],
        [
          'kgate dump --kept .kgate/runs/latest/kept/linux-6.12/x86_64/mremap/shrink',
          'a failure that was kept',
        ],
        ['kgate dump --physical -o idle.core', 'a pristine guest, for crash'],
      ]),
    )
    .action(async (flags: DumpFlags) => end(await dump(flags, context)));
}

async function dump(
  { output, physical = false, ...flags }: Omit<DumpFlags, 'physical'> & { readonly physical?: boolean },
  context: CommandContext,
): Promise<number> {
  const { terminal, signal, cwd } = context;
  const file = resolve(cwd, output);
  await requireNewFile(file);
  const write = async (guest: Pick<Guest, 'qmp'>, kernel: BuiltKernel) => {
    await dumpMemory(guest, file, { physical, signal });
    terminal.writeOut(await describeDump(file, kernel, physical));
  };
  if (flags.kept !== undefined) {
    requireKeptAlone(flags);
    await using kept = await openKept(resolve(cwd, flags.kept), { signal });
    requireAddresses(kept.kernel, physical);
    await write(kept, kept.kernel);
    return 0;
  }
  const { opened, planned } = await openForCase(flags, context);
  await using _guest = opened;
  requireAddresses(opened.kernel, physical);
  if (planned !== undefined) terminal.writeError(await runUntilItEnds(opened, planned, signal));
  await write(opened.guest, opened.kernel);
  return 0;
}

/** Refuses what QEMU would write as if physical addresses were virtual ones. */
function requireAddresses({ arch }: BuiltKernel, physical: boolean): void {
  if (physical || architectures[arch].qemu.virtualCores) return;
  throw new UsageError(`QEMU does not translate the addresses of ${arch} in a core.`, {
    code: 'DUMP_PHYSICAL_ONLY',
    hint: 'Add --physical, for crash and drgn; for gdb, attach it to the guest: kgate shell --gdb',
  });
}

async function requireNewFile(file: string): Promise<void> {
  if ((await kindOfPath(file)) !== undefined)
    throw new UsageError(`There is something at ${displayPath(file)} already.`, {
      code: 'DUMP_FILE_EXISTS',
      hint: 'Give another file with --output.',
    });
  if ((await kindOfPath(dirname(file))) !== 'folder')
    throw new UsageError(`There is no folder ${displayPath(dirname(file))}.`, {
      code: 'DUMP_FOLDER_MISSING',
      hint: 'Make it, or give another file with --output.',
    });
}

async function describeDump(
  file: string,
  { vmlinux, arch }: BuiltKernel,
  physical: boolean,
): Promise<string> {
  const { size } = await stat(file);
  const shown = displayPath(file);
  const program = physical ? 'crash' : await findGdb(architectures[arch]).catch(() => 'gdb-multiarch');
  return `${shown}: ${Math.round(size / 2 ** 20)} MiB\n\n    ${shellCommand([program, vmlinux, shown])}\n`;
}
