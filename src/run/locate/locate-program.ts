import { join, relative } from 'node:path';
import { KgateError } from '../../errors.ts';
import { buildProgram, type BuildImageOptions } from '../../image/build-image.ts';
import { PROGRAMS_PLACE } from '../../image/plan-image.ts';
import { readProgramStacks, type ProgramFrame } from '../../image/stacks/program-stack.ts';
import type { Project } from '../project/project.ts';
import type { LocateProgram } from './explain-program.ts';

/** Finds the stacks of tasks in the guest programs of an image. */
export function createProgramLocator(
  project: Pick<Project, 'root' | 'programs'>,
  image: BuildImageOptions,
): LocateProgram {
  return async (program, tasks, signal) => {
    if (tasks.every(({ registers }) => registers.length === 0)) return [];
    try {
      const binary = await buildProgram({ ...image, signal }, `${program}.c`);
      const stacks = await readProgramStacks(binary, tasks, signal);
      return stacks.map((stack) => stack.map((frame) => inProject(frame, project)));
    } catch (error) {
      // A finding is worth reporting without its place, too.
      if (signal?.aborted === true || !(error instanceof KgateError)) throw error;
      return [];
    }
  };
}

/** A project may have its programs elsewhere. */
function inProject(
  frame: ProgramFrame,
  { root, programs }: Pick<Project, 'root' | 'programs'>,
): ProgramFrame {
  const { file } = frame;
  if (file?.startsWith(`${PROGRAMS_PLACE}/`) !== true) return frame;
  return { ...frame, file: join(relative(root, programs), file.slice(PROGRAMS_PLACE.length + 1)) };
}
