import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { MachineNeeds } from '../../arch/architecture.ts';
import type { ArchName } from '../../arch/architectures.ts';
import { byArch, type ByArch } from '../../arch/by-arch.ts';
import { UsageError } from '../../errors.ts';
import { diagnosticsError, type Diagnostic } from '../../spec/diagnostic.ts';
import { checkYaml, readYaml } from '../../spec/parse-yaml-file.ts';
import { sizeMiB } from '../../spec/quantity.ts';
import { suggest } from '../../util/closest.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import type { YamlSource } from '../../spec/yaml-source.ts';
import { readAbilities, type KernelAbilities } from './abilities.ts';
import { isKernelPath, KERNEL_FILE_EXTENSION } from './is-kernel-path.ts';
import type { KernelRole } from './kernel.ts';
import { isAddress, kernelFileSchema, referredPaths, type KernelFile } from './kernel-file.ts';
import type { SourceReference } from './source-reference.ts';

/** The kernel files that kgate brings, whether it runs from `src` or `dist`. */
export const BUNDLED_KERNELS = resolve(import.meta.dirname, '../../../kernels');

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
  /**
   * The work tree that it is built in, where that is not its base's. In one, make compiles nearly everything again each
   * time a kernel is built in turns with another one, if headers differ that everything includes.
   */
  readonly workTree?: string;
  /** Which compiler builds it: gcc unless the file says otherwise. */
  readonly toolchain?: 'llvm';
  /** A whole `.config` to start from, instead of one with everything off. */
  readonly configFrom?: string;
  /**
   * Present on a base kernel that nothing is compared with: what a spec says about base kernels does not apply to it.
   */
  readonly standalone?: true;
  /** The kernel's own needs besides those of specs; see docs/kernels.md. */
  readonly machine?: MachineNeeds;
  /** The kernel's features, which decide about cases that require something. */
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

/** `heirs` are the files that extend this one, to detect a file that extends itself. */
async function readDefinition(file: string, heirs: readonly string[] = []): Promise<KernelDefinition> {
  const checked = checkYaml(await readYaml(file), file, kernelFileSchema);
  if (!checked.ok) throw diagnosticsError(checked.diagnostics, 'KERNEL_FILE_INVALID');
  const { value, source } = checked;
  const problems = await findProblems(value, source, file);
  if (value.extends !== undefined && heirs.includes(file))
    problems.push(source.diagnoseValue(['extends'], 'The kernel extends itself.'));
  const parentFile = await fileOfParent(value.extends, dirname(file));
  if (value.extends !== undefined && parentFile === undefined)
    problems.push(
      source.diagnoseValue(
        ['extends'],
        `There is no kernel "${value.extends}" beside this file, nor among those that kgate brings.`,
      ),
    );
  if (problems.length > 0) throw diagnosticsError(problems, 'KERNEL_FILE_INVALID');
  const parent = parentFile === undefined ? undefined : await readDefinition(parentFile, [...heirs, file]);
  const definition = asDefinition(value, file, parent);
  return { ...definition, abilities: await readAbilities(definition) };
}

async function findProblems(value: KernelFile, source: YamlSource, file: string): Promise<Diagnostic[]> {
  const problems: Diagnostic[] = [];
  if (!file.endsWith(`/${value.kernel}${KERNEL_FILE_EXTENSION}`)) {
    const expected = `The kernel is called "${value.kernel}", so its file must be "${value.kernel}${KERNEL_FILE_EXTENSION}".`;
    problems.push(source.diagnoseValue(['kernel'], expected));
  }
  for (const key of ['config', 'arch', 'variant'] as const)
    if (value[key] === undefined && value.extends === undefined)
      problems.push(source.diagnoseKey(['kernel'], `A kernel that extends no other needs "${key}".`));
  if (value.source !== undefined && 'archive' in value.source && value.source.sha256 === undefined)
    if (isAddress(value.source.archive))
      problems.push(source.diagnoseKey(['source', 'archive'], 'A downloaded archive needs its "sha256".'));
  for (const { at, target, kind } of referredPaths(value, dirname(file))) {
    const found = await kindOfPath(target);
    if (found !== kind)
      problems.push(
        source.diagnoseValue(at, `Expected a ${kind} at ${target}, found ${found ?? 'nothing'}.`),
      );
  }
  if (value.base !== undefined) {
    const known = (await listKernelIds(dirname(file))).filter((id) => id !== value.kernel);
    if (!known.includes(value.base))
      problems.push(
        source.diagnoseValue(['base'], `There is no kernel "${value.base}".${suggest(value.base, known)}`),
      );
  }
  return problems;
}

/** The kernel file that another one extends: by its path, or by its id beside it or among those that kgate brings. */
async function fileOfParent(reference: string | undefined, folder: string): Promise<string | undefined> {
  if (reference === undefined) return undefined;
  const places = isKernelPath(reference)
    ? [resolve(folder, reference)]
    : [folder, BUNDLED_KERNELS].map((place) => join(place, reference + KERNEL_FILE_EXTENSION));
  for (const place of places) if ((await kindOfPath(place)) === 'file') return place;
  return undefined;
}

function asDefinition(
  value: KernelFile,
  file: string,
  parent: KernelDefinition | undefined,
): Omit<KernelDefinition, 'abilities'> {
  const absolute = (paths: readonly string[] = []) => paths.map((each) => resolve(dirname(file), each));
  const series = [...(parent?.series ?? []), ...absolute(value.series)];
  const arch = value.arch ?? parent?.arch ?? [];
  const own = (one: ArchName) => [...absolute(value.config?.common), ...absolute(value.config?.[one])];
  const toolchain = value.toolchain ?? parent?.toolchain;
  const workTree = value.work_tree ?? parent?.workTree;
  const machine = value.machine === undefined ? parent?.machine : machineNeeds(value.machine);
  const source = value.source === undefined ? parent?.source : asReference(value.source, dirname(file));
  return {
    id: value.kernel,
    summary: value.summary,
    file,
    role: value.role ?? (series.length === 0 ? 'base' : 'patched'),
    base: value.base,
    source: source ?? { kind: 'given' },
    series,
    drivers: [...(parent?.drivers ?? []), ...absolute(value.drivers)],
    fragments: byArch(arch, (one) => [...(parent?.fragments[one] ?? []), ...own(one)]),
    arch,
    variant: value.variant ?? parent?.variant ?? '',
    ...(toolchain === 'llvm' ? { toolchain } : {}),
    ...withoutUndefined({ machine, workTree }),
  };
}

const machineNeeds = ({
  more_memory,
  parameters = [],
}: NonNullable<KernelFile['machine']>): MachineNeeds => ({
  moreMemoryMiB: more_memory === undefined ? 0 : sizeMiB(more_memory),
  parameters,
});

function asReference(source: NonNullable<KernelFile['source']>, folder: string): SourceReference {
  if ('package' in source) return { kind: 'package', package: source.package };
  if ('archive' in source) {
    const { archive, sha256 } = source;
    return { kind: 'archive', archive: isAddress(archive) ? archive : resolve(folder, archive), sha256 };
  }
  const tree = resolve(folder, source.tree);
  return source.revision === undefined
    ? { kind: 'tree', folder: tree }
    : { kind: 'revision', folder: tree, revision: source.revision };
}
