import { join } from 'node:path';
import type { ArchName } from '../../arch/architectures.ts';
import { buildTool, type BuildToolOptions } from '../../image/build-tool.ts';
import type { GuestFile } from '../../image/command/guest-file.ts';
import type { GuestKernel } from '../../image/plan-image.ts';
import { PACKAGE_ROOT } from '../project/project.ts';

/** Where a guest has what runs suites. */
export const RUNNER_FOLDER = '/kunit';
const RUNNER = './kunit-suite';

/** The command that runs a suite, or lists all of them. */
export const runnerWords = (suite?: string): readonly string[] =>
  suite === undefined ? [RUNNER] : [RUNNER, suite];

/** A kernel that was built, as far as its guests' files depend on it. */
export interface KernelOfRunner extends GuestKernel {
  readonly arch: ArchName;
}

/** The files of guests that run suites. */
export async function runnerFiles(
  kernel: KernelOfRunner,
  settings: Pick<BuildToolOptions, 'signal' | 'sandbox'>,
): Promise<readonly GuestFile[]> {
  const guests = join(PACKAGE_ROOT, 'guests');
  const source = await buildTool('kunit/kunit-suite.c', { arch: kernel.arch, kernel, guests, ...settings });
  return [
    { kind: 'folder', path: RUNNER_FOLDER },
    { kind: 'file', path: join(RUNNER_FOLDER, RUNNER), source, isExecutable: true },
  ];
}
