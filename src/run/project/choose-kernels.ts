import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ArchName } from '../../arch/architectures.ts';
import { architectures } from '../../arch/architectures.ts';
import { UsageError } from '../../errors.ts';
import { readKconfig } from '../../kernel/config/kconfig.ts';
import { adaptKernel, type KernelAdaption } from '../../kernel/definition/adapt-kernel.ts';
import { parseFragment } from '../../kernel/definition/config-file.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { isInstalled } from '../../kernel/source/package-source.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { listAllKernels, loadKernels } from './load-kernels.ts';
import type { Project } from './project.ts';

/** Which kernels are meant, and what a command line changes in them. */
export interface KernelChoice extends KernelAdaption {
  /** Ids or kernel files. */
  readonly references: readonly string[];
}

/**
 * The kernels that a command is about. For a tree, without any kernel named, that is the kernel file for whatever tree:
 * one that is about something which the tree has, else the neutral one.
 */
export async function chooseKernels(
  project: Project,
  { references, ...adaption }: KernelChoice,
  onNotice: (message: string) => void = () => {},
): Promise<readonly KernelDefinition[]> {
  const { tree } = adaption;
  const isOpen = references.length === 0 && project.defaultKernels === undefined;
  const chosen =
    isOpen && tree !== undefined
      ? [await chooseForTree(project, tree)]
      : await loadKernels(project, references);
  if (isOpen && tree === undefined) return withSource(await adaptAll(chosen, adaption), onNotice);
  return adaptAll(chosen, adaption);
}

const adaptAll = (
  kernels: readonly KernelDefinition[],
  adaption: KernelAdaption,
): Promise<readonly KernelDefinition[]> =>
  Promise.all(kernels.map((kernel) => adaptKernel(kernel, adaption)));

/** Leaves out, of kernels that nobody named, those whose source this host lacks; says so, unless that is all of them. */
async function withSource(
  kernels: readonly KernelDefinition[],
  onNotice: (message: string) => void,
): Promise<readonly KernelDefinition[]> {
  const missing = new Map<KernelDefinition, string>();
  for (const kernel of kernels)
    if (kernel.source.kind === 'package' && !(await isInstalled(kernel.source.package)))
      missing.set(kernel, kernel.source.package);
  if (missing.size === kernels.length) return kernels;
  for (const [{ id }, name] of missing)
    onNotice(`${id} is left out: its source, the package ${name}, is not on this host.`);
  return kernels.filter((kernel) => !missing.has(kernel));
}

/** The kernel file that serves a tree when none is named. */
export async function chooseForTree(project: Project, tree: string): Promise<KernelDefinition> {
  const candidates = await forWhateverTree(project);
  const neutral = candidates.find(({ role }) => role === 'base');
  for (const kernel of candidates.filter(({ role }) => role === 'patched'))
    if (await hasSubject(tree, kernel, neutral)) return kernel;
  if (neutral !== undefined) return neutral;
  throw new UsageError('No kernel file is there for whatever tree.', {
    code: 'KERNEL_UNKNOWN',
    hint: 'Name the kernel whose configuration the tree gets with --kernel.',
  });
}

/** The kernel file for whatever tree that is about nothing in particular. */
export async function findNeutral(project: Project): Promise<KernelDefinition | undefined> {
  return (await forWhateverTree(project)).find(({ role }) => role === 'base');
}

async function forWhateverTree(project: Project): Promise<readonly KernelDefinition[]> {
  return (await listAllKernels(project)).filter(({ source }) => source.kind === 'given');
}

/** Whether a tree has every symbol that a kernel needs beyond the neutral one. */
async function hasSubject(
  tree: string,
  kernel: KernelDefinition,
  neutral: KernelDefinition | undefined,
): Promise<boolean> {
  const [arch] = kernel.arch;
  if (arch === undefined || (await kindOfPath(resolve(tree, 'Kconfig'))) !== 'file') return false;
  const common = new Set(await neededSymbols(neutral, arch));
  const own = (await neededSymbols(kernel, arch)).filter((symbol) => !common.has(symbol));
  const { entries } = await readKconfig(resolve(tree), architectures[arch].kernel.sourceArch);
  return own.length > 0 && own.every((symbol) => entries.has(symbol));
}

async function neededSymbols(
  kernel: KernelDefinition | undefined,
  arch: ArchName,
): Promise<readonly string[]> {
  const files = kernel?.fragments[arch] ?? [];
  const requests = await Promise.all(
    files.map(async (file) => parseFragment(await readFile(file, 'utf8'), file)),
  );
  return requests.flat().flatMap(({ symbol, mode }) => (mode === undefined ? [symbol] : []));
}
