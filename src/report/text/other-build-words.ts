import type { OtherBuildFinding } from '../../gate/kernels/other-builds.ts';
import { plainLine } from '../../util/plain-text.ts';

/** What became of a kernel that was built in another way. */
export const OTHER_BUILD_WORDS: Readonly<Record<OtherBuildFinding['outcome'], string>> = {
  builds: 'builds',
  broken: 'does not build',
  'broken-before': 'does not build, nor does the base',
  'left-out': 'left out',
};

/** The first lines of what a compiler said: they name the place. */
export const firstWords = ({ problem = '' }: OtherBuildFinding, most: number): readonly string[] =>
  problem
    .split('\n', most)
    .filter((line) => line !== '')
    .map(plainLine);
