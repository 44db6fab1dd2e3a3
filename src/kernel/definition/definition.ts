import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { MachineNeeds } from '../../arch/architecture.ts';
import { ARCH_NAMES, type ArchName } from '../../arch/architectures.ts';
import { byArch, type ByArch } from '../../arch/by-arch.ts';
import { UsageError } from '../../errors.ts';
import { diagnosticsError, type Diagnostic } from '../../spec/diagnostic.ts';
import { checkYaml, readYaml } from '../../spec/parse-yaml-file.ts';
import { kernelParameter, memorySize, sizeMiB } from '../../spec/quantity.ts';
import { suggest } from '../../util/closest.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { readAbilities, type KernelAbilities } from './abilities.ts';
import { isKernelPath, KERNEL_FILE_EXTENSION } from './is-kernel-path.ts';
import type { KernelRole } from './kernel.ts';
import type { SourceReference } from './source-reference.ts';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]*$/u, 'Write lower case letters, digits, dots, hyphens and underscores.');
const path = z.string().min(1);
const fragments = z.array(path).optional();
const fragmentsOfArches = Object.fromEntries(ARCH_NAMES.map((arch) => [arch, fragments])) as Record<
  ArchName,
  typeof fragments
>;

/** The format of a kernel file; docs/kernels.md explains each key. */
export const kernelFileSchema = z.strictObject({
  kernel: name,
  summary: z.string().min(1),
  source: z.union([
    z.strictObject({ package: name }),
    z.strictObject({ tree: path, revision: z.string().min(1).optional() }),
  ]),
  base: name.optional(),
  role: z.enum(['base', 'patched']).optional(),
  series: z.array(path).optional(),
  drivers: z.array(path).optional(),
  config: z.strictObject({
    common: fragments,
    ...fragmentsOfArches,
  }),
  arch: z.array(z.enum(ARCH_NAMES)).min(1),
  variant: name,
  machine: z
    .strictObject({
      more_memory: memorySize.optional(),
      parameters: z.array(kernelParameter).min(1).optional(),
    })
    .optional(),
});

type KernelFile = z.infer<typeof kernelFileSchema>;

/** A kernel file with every path resolved and known to exist. */
export interface KernelDefinition {
  readonly id: string;
  readonly summary: string;
  /** The kernel file itself. */
  readonly file: string;
  readonly role: KernelRole;
  /** Id of the kernel that this one is compared with. */
  readonly base: string | undefined;
  readonly source: SourceReference;
  /** Folders of `*.patch` files, applied in this order. */
  readonly series: readonly string[];
  /** Folders that are copied to `drivers/kgate/`. */
  readonly drivers: readonly string[];
  /** Config fragments by architecture that the kernel is for, in the order in which they are merged. */
  readonly fragments: ByArch<readonly string[]>;
  readonly arch: readonly ArchName[];
  readonly variant: string;
  /** What the kernel needs besides what specs ask for; see docs/kernels.md. */
  readonly machine?: MachineNeeds;
  /** What the kernel will have, which decides about cases that require something. */
  readonly abilities: KernelAbilities;
  /** Whether the lines that the series adds are counted while they run; see line-counters.ts. */
  readonly countsLines?: true;
}

/**
 * Loads a kernel by its id (`<kernelsFolder>/<id>.yaml`) or by the path of a kernel file anywhere. Throws one
 * UsageError with everything that is wrong with the file.
 */
export async function loadKernelDefinition(
  reference: string,
  kernelsFolder: string,
): Promise<KernelDefinition> {
  if (isKernelPath(reference)) return readDefinition(resolve(reference));
  const known = await listKernelIds(kernelsFolder);
  if (!known.includes(reference)) {
    throw new UsageError(
      `There is no kernel "${reference}" in ${kernelsFolder}.${suggest(reference, known)}`,
      {
        code: 'KERNEL_UNKNOWN',
        hint: 'Give the id of a kernel, or the path of a kernel file; "kgate list" shows the ids.',
      },
    );
  }
  return readDefinition(join(kernelsFolder, reference + KERNEL_FILE_EXTENSION));
}

/** The ids of all kernel files in a folder, sorted. */
export async function listKernelIds(kernelsFolder: string): Promise<string[]> {
  const names = await readdir(kernelsFolder).catch((cause: unknown) => {
    throw new UsageError(`The folder of kernel files ${kernelsFolder} cannot be read.`, {
      code: 'KERNEL_FOLDER_MISSING',
      cause,
    });
  });
  return names
    .filter((file) => file.endsWith(KERNEL_FILE_EXTENSION))
    .map((file) => file.slice(0, -KERNEL_FILE_EXTENSION.length))
    .toSorted();
}

async function readDefinition(file: string): Promise<KernelDefinition> {
  const checked = checkYaml(await readYaml(file), file, kernelFileSchema);
  if (!checked.ok) throw diagnosticsError(checked.diagnostics, 'KERNEL_FILE_INVALID');
  const { value, source } = checked;
  const problems: Diagnostic[] = [];
  const folder = dirname(file);
  if (!file.endsWith(`/${value.kernel}${KERNEL_FILE_EXTENSION}`)) {
    const expected = `The kernel is called "${value.kernel}", so its file must be "${value.kernel}${KERNEL_FILE_EXTENSION}".`;
    problems.push(source.diagnoseValue(['kernel'], expected));
  }
  for (const { at, target, kind } of referredPaths(value, folder)) {
    const found = await kindOfPath(target);
    if (found !== kind)
      problems.push(
        source.diagnoseValue(at, `Expected a ${kind} at ${target}, found ${found ?? 'nothing'}.`),
      );
  }
  if (value.base !== undefined) {
    const known = (await listKernelIds(folder)).filter((id) => id !== value.kernel);
    if (!known.includes(value.base))
      problems.push(
        source.diagnoseValue(['base'], `There is no kernel "${value.base}".${suggest(value.base, known)}`),
      );
  }
  if (problems.length > 0) throw diagnosticsError(problems, 'KERNEL_FILE_INVALID');
  const definition = asDefinition(value, file);
  return { ...definition, abilities: await readAbilities(definition) };
}

interface ReferredPath {
  readonly at: readonly PropertyKey[];
  readonly target: string;
  readonly kind: 'file' | 'folder';
}

function referredPaths({ source, series, drivers, config }: KernelFile, folder: string): ReferredPath[] {
  const list = (at: readonly PropertyKey[], kind: ReferredPath['kind'], paths: readonly string[] = []) =>
    paths.map((each, index): ReferredPath => ({ at: [...at, index], target: resolve(folder, each), kind }));
  const tree: ReferredPath[] =
    'tree' in source
      ? [{ at: ['source', 'tree'], target: resolve(folder, source.tree), kind: 'folder' }]
      : [];
  return [
    ...tree,
    ...list(['series'], 'folder', series),
    ...list(['drivers'], 'folder', drivers),
    ...list(['config', 'common'], 'file', config.common),
    ...ARCH_NAMES.flatMap((arch) => list(['config', arch], 'file', config[arch])),
  ];
}

function asDefinition(value: KernelFile, file: string): Omit<KernelDefinition, 'abilities'> {
  const absolute = (paths: readonly string[] = []) => paths.map((each) => resolve(dirname(file), each));
  const common = absolute(value.config.common);
  const series = absolute(value.series);
  return {
    id: value.kernel,
    summary: value.summary,
    file,
    role: value.role ?? (series.length === 0 ? 'base' : 'patched'),
    base: value.base,
    source: asReference(value.source, dirname(file)),
    series,
    drivers: absolute(value.drivers),
    fragments: byArch(value.arch, (arch) => [...common, ...absolute(value.config[arch])]),
    arch: value.arch,
    variant: value.variant,
    ...(value.machine === undefined ? {} : { machine: machineNeeds(value.machine) }),
  };
}

const machineNeeds = ({
  more_memory,
  parameters = [],
}: NonNullable<KernelFile['machine']>): MachineNeeds => ({
  moreMemoryMiB: more_memory === undefined ? 0 : sizeMiB(more_memory),
  parameters,
});

function asReference(source: KernelFile['source'], folder: string): SourceReference {
  if (!('tree' in source)) return { kind: 'package', package: source.package };
  const tree = resolve(folder, source.tree);
  return source.revision === undefined
    ? { kind: 'tree', folder: tree }
    : { kind: 'revision', folder: tree, revision: source.revision };
}
