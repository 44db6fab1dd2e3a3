import { join } from 'node:path';
import { byArch } from '../../arch/by-arch.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { Project } from '../../run/project/project.ts';

/** A project whose files are below another folder. */
export function relocateProject(project: Project, folder: string): Project {
  const moved = (path: string) => join(folder, path);
  return {
    root: moved(project.root),
    specs: moved(project.specs),
    programs: moved(project.programs),
    guests: moved(project.guests),
    libraries: project.libraries.map(moved),
    kernels: project.kernels.map(moved),
    runs: moved(project.runs),
  };
}

/** A kernel whose files are below another folder. Where its source is stays as it is. */
export function relocateKernel(definition: KernelDefinition, folder: string): KernelDefinition {
  const moved = (path: string) => join(folder, path);
  return {
    ...definition,
    file: moved(definition.file),
    series: definition.series.map(moved),
    drivers: definition.drivers.map(moved),
    fragments: byArch(definition.arch, (arch) => (definition.fragments[arch] ?? []).map(moved)),
    ...(definition.configFrom === undefined ? {} : { configFrom: moved(definition.configFrom) }),
  };
}

/** Only paths, so that it is plain data, and the same for everybody: nothing else of a project matters to a job. */
export function sendableProject({
  root,
  specs,
  programs,
  guests,
  libraries,
  kernels,
  runs,
}: Project): Project {
  return { root, specs, programs, guests, libraries, kernels, runs };
}

/** A kernel as plain data. What its features decide was decided when the cases were planned. */
export function sendableKernel(definition: KernelDefinition): KernelDefinition {
  return { ...definition, abilities: { symbols: {}, version: undefined } };
}
