import { cpus } from 'node:os';
import { architectures, type ArchName } from '../arch/architectures.ts';
import { readGivenFiles } from '../image/command/given-files.ts';
import { gatherInput } from '../kernel/build/build-input.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import type { Project } from '../run/project/project.ts';
import type { Spec } from '../spec/spec.ts';
import { digestFile, digestFolder, digestOf, type Digest } from '../store/digest.ts';
import { kindOfPath } from '../util/kind-of-path.ts';
import { findQemu } from '../vm/qemu/qemu.ts';

/** What is tested, and with what. */
export interface Subject {
  readonly project: Project;
  /** The project's own; those of the kernel's tests are part of its tree. */
  readonly specs: readonly Spec[];
  readonly arches: readonly ArchName[];
  /** The words of the command that select cases. */
  readonly selection: readonly string[];
}

/**
 * Digest of all that is the same for every commit: specs, programs, the emulators and this processor. A change of any of
 * them means that commits are tested again.
 */
export async function subjectKey({ project, specs, arches, selection }: Subject): Promise<Digest> {
  const { guests, libraries, programs } = project;
  const folders = [guests, programs, project.specs, ...libraries];
  return digestOf([
    await Promise.all(folders.map(async (folder) => (await isFolder(folder)) && digestFolder(folder))),
    await Promise.all((await Promise.all(specs.map(hostFiles))).flat().map((file) => digestFile(file))),
    await Promise.all(arches.map(async (arch) => (await findQemu(architectures[arch])).version)),
    cpus()[0]?.model ?? '',
    selection,
  ]);
}

/** Digest of a commit's tree, its configuration, the compilers, and all else that its result depends on. */
export async function commitKey(
  kernel: KernelDefinition,
  arches: readonly ArchName[],
  subject: Digest,
  signal: AbortSignal,
): Promise<Digest> {
  const inputs = await Promise.all(arches.map((arch) => gatherInput(kernel, arch, { signal })));
  return digestOf([subject, inputs.map(({ key }) => key)]);
}

/**
 * The files of this host that a spec's command takes into its guest. What is missing is not an error here: its run will
 * say so, if it is wanted.
 */
async function hostFiles({ command }: Spec): Promise<readonly string[]> {
  if (command?.files.kind !== 'host') return [];
  const { word, folder, given } = command.files;
  const named = [...(word.includes('/') ? [word] : []), ...given];
  const files = await Promise.all(named.map((one) => readGivenFiles([one], folder).catch(() => [])));
  return files.flat().flatMap((file) => ('source' in file ? [file.source] : []));
}

const isFolder = async (path: string): Promise<boolean> => (await kindOfPath(path)) === 'folder';
