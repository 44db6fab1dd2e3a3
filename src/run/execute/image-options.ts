import type { BuildImageOptions } from '../../image/build-image.ts';
import type { Project } from '../project/project.ts';

/** What every image of a project is made of, and how. */
export function imageOptions(
  { guests, libraries, programs }: Project,
  how: Pick<BuildImageOptions, 'jobs' | 'sandbox'>,
): Omit<BuildImageOptions, 'arch' | 'kernel'> {
  return { guests, libraryFolders: libraries, programFolders: [programs], ...how };
}
