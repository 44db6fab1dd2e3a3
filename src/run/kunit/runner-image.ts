import { join } from 'node:path';
import { buildImage, type BuildImageOptions } from '../../image/build-image.ts';
import type { BuiltImage } from '../../image/image.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { PACKAGE_ROOT } from '../project/project.ts';
import { runnerFiles } from './runner-files.ts';

/** The image of a guest that runs KUnit suites: what runs them, and no program of a project. */
export async function buildRunnerImage(
  kernel: BuiltKernel,
  options: Pick<BuildImageOptions, 'jobs' | 'sandbox' | 'signal' | 'onEvent'>,
): Promise<BuiltImage> {
  const { signal, sandbox } = options;
  return buildImage({
    ...options,
    arch: kernel.arch,
    kernel,
    guests: join(PACKAGE_ROOT, 'guests'),
    libraryFolders: [],
    programFolders: [],
    files: await runnerFiles(kernel, { signal, sandbox }),
  });
}
