import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { architectures, type ArchName, type KnownArchitecture } from '../../arch/architectures.ts';
import { UsageError } from '../../errors.ts';
import { digestFolder, digestOf, type Digest } from '../../store/digest.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import type { ConfigSettings } from '../config/configure.ts';
import type { KernelDefinition } from '../definition/definition.ts';
import { findSource } from '../source/find-source.ts';
import { readSeries, type Patch } from '../patches/apply-series.ts';
import type { KernelSource } from '../source/source.ts';
import { findToolchain, type Toolchain } from '../tools/toolchain.ts';

/** Changes when the code here builds something else from the same input. */
const RECIPE = 2;

/** Changes when the way of building kernels that count lines changes. */
const COUNTERS = 3;

/** Everything that decides the result of a build, gathered before anything is built. */
export interface BuildInput {
  readonly definition: KernelDefinition;
  readonly architecture: KnownArchitecture;
  readonly toolchain: Toolchain;
  readonly source: KernelSource;
  /** Kernels of one family are built in one lineage for each architecture and variant; usable as part of a file name. */
  readonly family: string;
  readonly patches: readonly Patch[];
  readonly config: ConfigSettings;
  readonly key: Digest;
}

/** Gathers what a build of a definition for one architecture depends on. */
export async function gatherInput(
  definition: KernelDefinition,
  archName: ArchName,
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<BuildInput> {
  if (!definition.arch.includes(archName)) {
    throw new UsageError(`The kernel ${definition.id} is not for ${archName}.`, {
      code: 'KERNEL_ARCH_UNSUPPORTED',
      hint: `Choose ${definition.arch.join(' or ')}, or add ${archName} to "arch" in ${definition.file}.`,
    });
  }
  const architecture = architectures[archName];
  const fragments = definition.fragments[archName] ?? [];
  const { configFrom } = definition;
  const [toolchain, source, patches, fragmentTexts, drivers, whole] = await Promise.all([
    findToolchain(architecture, definition.toolchain),
    findSource(definition.source, signal),
    Promise.all(definition.series.map(readSeries)).then((all) => all.flat()),
    Promise.all(fragments.map((file) => readFile(file, 'utf8'))),
    Promise.all(definition.drivers.map(async (folder) => [basename(folder), await digestFolder(folder)])),
    configFrom === undefined ? undefined : readFile(configFrom, 'utf8'),
  ]);
  const key = digestOf({
    recipe: RECIPE,
    source: source.identity,
    patches: patches.map(({ text }) => text),
    drivers,
    fragments: fragmentTexts,
    arch: archName,
    variant: definition.variant,
    compiler: toolchain.compiler,
    linker: toolchain.linker,
    ...(whole === undefined ? {} : { startsFrom: whole }),
    ...(definition.countsLines === undefined ? {} : { countsLines: COUNTERS }),
  });
  return {
    definition,
    architecture,
    toolchain,
    source,
    family: [source.family, ...(definition.workTree === undefined ? [] : [definition.workTree])].join('-'),
    patches,
    config: { fragments, ...withoutUndefined({ configFrom }) },
    key,
  };
}
