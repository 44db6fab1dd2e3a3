import type { GateRecord } from '../../gate/gate-record.ts';

export type OtherBuildFinding = NonNullable<GateRecord['otherBuilds']>[number];

/** What became of a kernel that was built in another way. */
export const OTHER_BUILD_WORDS: Readonly<Record<OtherBuildFinding['outcome'], string>> = {
  builds: 'builds',
  broken: 'does not build',
  'broken-before': 'does not build, nor does the base',
  'left-out': 'left out',
};
