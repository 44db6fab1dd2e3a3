import { Command } from 'commander';
import { ARCH_NAMES, type ArchName } from '../../arch/architectures.ts';
import { wantedArches } from '../../arch/wanted-arches.ts';
import { UsageError } from '../../errors.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { renderRows } from '../../report/text/text-rows.ts';
import { createHostBackend } from '../../run/execute/host-backend.ts';
import { hostLimits } from '../../run/pool/limits.ts';
import { chooseKernels } from '../../run/project/choose-kernels.ts';
import { loadAllKernels } from '../../run/project/load-kernels.ts';
import { findProject, type Project } from '../../run/project/project.ts';
import { addKernelOptions, adaptionOf, type KernelFlags } from '../kernel-flags.ts';
import type { CommandContext } from '../context.ts';
import { BUILDING, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import { archOption, countOption, noSandboxOption, sandboxWanted, type SandboxFlag } from '../options.ts';
import { openProgress } from '../terminal/progress.ts';

interface BuildFlags extends SandboxFlag, KernelFlags {
  readonly arch?: readonly ArchName[];
  readonly jobs?: number;
  readonly json?: true;
}

const EXITS: ExitCodes = { ...BUILDING, 0: 'every kernel is built' };

/** `kgate build`: kernels only. */
export function createBuildCommand(context: CommandContext): Command {
  return addKernelOptions(new Command('build'))
    .summary('build kernels only')
    .description('Builds kernels and stores them. What is already stored is not built again.')
    .argument('[kernels...]', 'ids or kernel files; all by default')
    .addOption(archOption())
    .addOption(countOption('--jobs <n>', 'compilers at once; by default one per processor'))
    .addOption(noSandboxOption())
    .option('--json', 'print what was built as JSON')
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate build linux-6.12 --arch x86_64', 'one of them'],
        [
          'KGATE_REMOTE_CACHE=https://me:password@host/kgate kgate build',
          'every kernel, from a cache that machines share or else into it',
        ],
        [
          'kgate build --tree ~/linux --config-from ~/linux/.config',
          'a tree of your own, configured as it is',
        ],
      ]),
    )
    .action((kernels: readonly string[], flags: BuildFlags) => build(kernels, flags, context));
}

async function build(
  references: readonly string[],
  flags: BuildFlags,
  { terminal, signal, cwd }: CommandContext,
): Promise<void> {
  const project = await findProject(cwd);
  const definitions = await chooseKernels(project, {
    references: references.length > 0 || flags.tree !== undefined ? references : await idsWithSource(project),
    ...adaptionOf(flags, cwd),
  });
  const pairs = definitions.flatMap((definition) =>
    wantedArches(definition.arch, flags.arch).map((arch) => [definition, arch] as const),
  );
  if (pairs.length === 0)
    throw new UsageError(`None of these kernels is for ${(flags.arch ?? ARCH_NAMES).join(' or ')}.`, {
      code: 'KERNEL_ARCH_UNSUPPORTED',
      hint: '"kgate list" shows the kernels and their architectures.',
    });
  const backend = createHostBackend({
    project,
    jobs: hostLimits(flags.jobs).slots,
    sandbox: sandboxWanted(flags),
  });
  const built: BuiltKernel[] = [];
  {
    using progress = openProgress(terminal);
    for (const [definition, arch] of pairs)
      built.push(await backend.buildKernel(definition, arch, { signal, sink: progress.sink }));
  }
  terminal.writeOut(flags.json === true ? `${JSON.stringify(built, undefined, 2)}\n` : renderBuilt(built));
}

/** Without a tree, kernels that need one are left out. */
async function idsWithSource(project: Project): Promise<readonly string[]> {
  const all = await loadAllKernels(project);
  return all.filter(({ source }) => source.kind !== 'given').map(({ id }) => id);
}

function renderBuilt(built: readonly BuiltKernel[]): string {
  return renderRows([
    ['kernel', 'arch', 'release', 'build id', 'boot image'],
    ...built.map(({ id, arch, release, buildId, bootImage }) => [
      id,
      arch,
      release,
      buildId.slice(0, 12),
      bootImage,
    ]),
  ]);
}
