import { realpath } from 'node:fs/promises';
import { UsageError } from '../../errors.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { adaptKernel } from '../../kernel/definition/adapt-kernel.ts';
import { deriveKernel } from '../../kernel/definition/derive-kernel.ts';
import type { KernelRole } from '../../kernel/definition/kernel.ts';
import { findNeutral } from '../../run/project/choose-kernels.ts';
import { loadAllKernels, loadKernels } from '../../run/project/load-kernels.ts';
import type { Project } from '../../run/project/project.ts';
import type { Series } from '../../series/patches/series.ts';
import { dealFragments } from './deal-fragments.ts';
import { findBaseInTree } from './base-in-tree.ts';
import { findExpectedRole } from './expected-role.ts';
import { findPrerequisites } from './prerequisites.ts';
import { isKernelPath } from '../../kernel/definition/is-kernel-path.ts';

/** The two kernels that a gate compares. */
export interface GateSubjects {
  readonly base: KernelDefinition;
  readonly patched: KernelDefinition;
  /** How the base was found, as part of a sentence. */
  readonly chosen: string;
  /** Why the specs expect what they do from the patched kernel; one sentence. */
  readonly expected: string;
  /** What a person should know of how they were chosen, one sentence each. */
  readonly notices?: readonly string[];
}

export interface SubjectRequest {
  readonly series: Series;
  /** The folder that the series was read from, if any. */
  readonly folder?: string | undefined;
  /** `--base`: an id, a kernel file, or a revision of the tree. */
  readonly base?: string | undefined;
  /** `--tree`: a git tree that has the base. */
  readonly tree?: string | undefined;
  /** `--like`: the kernel whose configuration and drivers a commit of the tree gets. */
  readonly like?: string | undefined;
  /** `--config`: fragments on top of those of both kernels; see dealFragments. */
  readonly fragments?: readonly string[];
  /** `--config-from`: a whole `.config` that both kernels start from. */
  readonly configFrom?: string | undefined;
  /** `--expect`: the role that the specs give the patched kernel. */
  readonly role?: KernelRole | undefined;
  readonly signal: AbortSignal;
}

/**
 * Chooses base and patched kernel. The base is what `--base` names, else a commit of the tree, else the base of the
 * kernel file that names the series' folder. Otherwise throws a UsageError that lists the kernels.
 */
export async function chooseSubjects(project: Project, request: SubjectRequest): Promise<GateSubjects> {
  const known = await loadAllKernels(project);
  const named = request.base === undefined ? await findKernelOfFolder(known, request.folder) : undefined;
  const { both, patched: more } = await dealFragments(request.fragments ?? [], request.series);
  const forBoth = { fragments: both, configFrom: request.configFrom };
  if (named !== undefined && request.tree === undefined)
    return {
      ...named,
      ...(request.role === undefined ? {} : { expected: AS_EXPECTED }),
      base: await adaptKernel(named.base, forBoth),
      patched: await adaptKernel(
        { ...named.patched, role: request.role ?? named.patched.role },
        { ...forBoth, fragments: [...both, ...more] },
      ),
    };
  const found = await findBase(project, known, request);
  if (found === undefined) throw baseUnknown(known, request.series);
  const { chosen } = found;
  const patches = request.series.patches.map(({ text }) => text);
  const expected =
    request.role === undefined
      ? await findExpectedRole(patches, found.base, known)
      : { role: request.role, reason: AS_EXPECTED };
  // If the specs are about the series, its base has to give the answers of kernels without it.
  const compared = expected.role === 'patched' ? asCompared(found.base) : found.base;
  const { kernel: ready, notices } = await addPrerequisites(compared, request);
  const base = await adaptKernel(ready, forBoth);
  const patched = await deriveKernel(base, {
    id: `${base.id}-with-${slugOf(request.series.title)}`,
    summary: `${base.summary}, with: ${request.series.title}`,
    role: expected.role,
    patches: request.series.patches,
    fragments: more,
  });
  return { base, patched, chosen, expected: expected.reason, notices };
}

const AS_EXPECTED = 'As --expect says.';

const COMMIT = /^[0-9a-f]{40,64}$/u;

/** The base with what the series wants applied first, as far as a tree has it. */
async function addPrerequisites(
  base: KernelDefinition,
  { series, base: reference, signal }: SubjectRequest,
): Promise<{ readonly kernel: KernelDefinition; readonly notices: readonly string[] }> {
  const { source } = base;
  const place =
    source.kind === 'revision'
      ? {
          tree: source.folder,
          commit: source.revision,
          // Of a range of commits, the base is what stands before the dots.
          chosen: reference !== undefined || series.patches.every(({ origin }) => COMMIT.test(origin)),
        }
      : undefined;
  const { patches, notices } = await findPrerequisites(series, place, signal);
  const unused =
    place === undefined && series.baseCommit !== undefined
      ? [
          `The series says that it applies to commit ${series.baseCommit}; --tree names a git tree that has it.`,
        ]
      : [];
  if (patches.length === 0) return { kernel: base, notices: [...notices, ...unused] };
  const kernel = await deriveKernel(base, {
    id: `${base.id}-with-prerequisites`,
    summary: `${base.summary}, with what the series wants applied first`,
    role: base.role,
    patches,
    fragments: [],
  });
  return { kernel, notices: [...notices, ...unused] };
}

function asCompared({ standalone: _standalone, ...kernel }: KernelDefinition): KernelDefinition {
  return kernel;
}

async function findBase(
  project: Project,
  known: readonly KernelDefinition[],
  request: SubjectRequest,
): Promise<Pick<GateSubjects, 'base' | 'chosen'> | undefined> {
  const { base: reference, tree } = request;
  if (tree !== undefined && !isKernel(reference, known))
    return findBaseInTree(known, {
      ...request,
      tree,
      revision: reference,
      neutral: await findNeutral(project),
    });
  if (reference === undefined) return undefined;
  const [base] = await loadKernels(project, [reference]);
  return base === undefined ? undefined : { base, chosen: '--base' };
}

const isKernel = (reference: string | undefined, known: readonly KernelDefinition[]): boolean =>
  reference !== undefined && (isKernelPath(reference) || known.some(({ id }) => id === reference));

/** The kernel file that builds exactly this series, and the base that it names. */
async function findKernelOfFolder(
  known: readonly KernelDefinition[],
  folder: string | undefined,
): Promise<GateSubjects | undefined> {
  if (folder === undefined) return undefined;
  const wanted = await realpath(folder);
  const found: GateSubjects[] = [];
  for (const patched of known) {
    const folders = await Promise.all(patched.series.map((one) => realpath(one)));
    const base = known.find(({ id }) => id === patched.base);
    if (base === undefined || !folders.includes(wanted)) continue;
    const expected = `The kernel file ${patched.id} says so.`;
    found.push({ base, patched, chosen: `the kernel file ${patched.id} names this series`, expected });
  }
  // Variants of a kernel share its series; the plain one is used unless --base says otherwise.
  const plain = found.filter(({ patched }) => patched.variant === 'plain');
  return found.length === 1 ? found[0] : plain.length === 1 ? plain[0] : undefined;
}

const SLUG_LENGTH = 40;

/** The words of a title as part of a kernel's id. */
function slugOf(title: string): string {
  const words = title.toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-');
  const slug = words.slice(0, SLUG_LENGTH).replaceAll(/^-+|-+$/gu, '');
  return slug === '' ? 'series' : slug;
}

function baseUnknown(known: readonly KernelDefinition[], { origin }: Series): UsageError {
  const bases = known.map(({ id, summary }) => `  ${id}: ${summary}`);
  return new UsageError(`Nothing says which kernel the series ${origin} is for.`, {
    code: 'GATE_BASE_UNKNOWN',
    hint: 'Name the kernel that it applies to with --base.',
    detail: `Known kernels:\n${bases.join('\n')}`,
  });
}
