import { join } from 'node:path';
import type { GuestSupply } from '../guest/open-supply.ts';
import { investigate, type Investigated } from '../investigate/investigate.ts';
import { startJudging } from '../judge/judging-guest.ts';
import type { Operation } from '../language/operation.ts';
import { otherSide, type Side, type Sides } from './find-differences.ts';
import type { ComparedFinding } from './comparison-record.ts';
import { judgeFinding, type Evidence, type Shown } from './judge-finding.ts';
import type { Lab, Pursued } from './lab.ts';
import { runOnBoth } from './run-on-both.ts';

export interface LabOptions {
  readonly supplies: Sides<GuestSupply>;
  readonly operations: readonly Operation[];
  /** The names of those that each kernel has the calls for. */
  readonly known: Sides<ReadonlySet<string>>;
  readonly seed: number;
  /** Where findings go, a folder each. */
  readonly folder: string;
  /** kgate's guests folder. */
  readonly guests: string;
  readonly signal: AbortSignal;
}

/** The guests of two kernels in QEMU. */
export function openLab(options: LabOptions): Lab {
  const { supplies, signal } = options;
  const operations = new Map(options.operations.map((operation) => [operation.name, operation]));
  return {
    facts: { base: supplies.base.facts, patched: supplies.patched.facts },
    start: (side) => startJudging(supplies[side], operations, signal),
    async pursue({ suspicion, side, profile, number }) {
      const name = `${supplies[side].arch}-${number}`;
      const found = await investigate(suspicion, {
        ...options,
        supply: supplies[side],
        operations,
        profile,
        folder: join(options.folder, name),
      });
      if (found === undefined) return undefined;
      const there = options.known[otherSide(side)];
      const isKnownThere = found.shrunk.batch.every(({ calls }) =>
        calls.flat().every((call) => there.has(call.name)),
      );
      const evidence = await runOnBoth(found, { side, supplies, isKnownThere, operations, signal });
      return describe(found, evidence, name);
    },
  };
}

function describe(
  { finding, shrunk, source, confirmation }: Investigated,
  evidence: Evidence,
  folder: string,
): Pursued {
  const { text, operations } = finding;
  const { how } = shrunk;
  const { here, there, side } = evidence;
  const runs: Partial<Record<Side, FailedRuns>> = {
    [side]: here && countFailed(here),
    [otherSide(side)]: there && countFailed(there),
  };
  return {
    ...judgeFinding(evidence),
    text,
    how,
    operations,
    folder,
    ...(source === undefined || runs.patched === undefined
      ? {}
      : {
          reproducer: {
            source,
            output: confirmation?.output ?? '',
            patched: runs.patched,
            ...(runs.base === undefined ? {} : { base: runs.base }),
          },
        }),
  };
}

type FailedRuns = NonNullable<ComparedFinding['reproducer']>['patched'];

const countFailed = ({ failure, of }: Shown): FailedRuns => ({ failed: failure, of });
