import {
  programsOf,
  type ComparedFinding,
  type Comparison,
  type FuzzedArch,
} from '../../fuzz/compare/comparison-record.ts';
import { countOf } from '../../util/count-of.ts';
import { formatDuration } from '../../util/format-duration.ts';

type Standing = ComparedFinding['standing'];

const STANDINGS: Readonly<Record<Standing, string>> = {
  regression: 'with the series only',
  unconfirmed: 'not confirmed',
  fix: 'on the base only',
  both: 'on both kernels',
};

/** Where something fails: `with the series only`. */
export const wordsOfStanding = (standing: Standing): string => STANDINGS[standing];

/** The findings in the order in which they matter. */
export function orderFindings({ findings }: Comparison): readonly ComparedFinding[] {
  const order = Object.keys(STANDINGS);
  return findings.toSorted((a, b) => order.indexOf(a.standing) - order.indexOf(b.standing));
}

/** What ran and what came of it: `Fuzzed with 4,800 programs of mm in 30.0 s (x86_64), seed 7: 1 failure with the series only`. */
export function summarizeFuzzing(fuzz: Comparison): string {
  const { arches, findings, seed } = fuzz;
  const programs = arches.reduce((sum, one) => sum + programsOf(one), 0);
  const names = arches.map(({ arch }) => arch).join(', ');
  if (programs === 0) return `No program of the fuzzer ran (${names})`;
  const ms = arches.reduce((sum, one) => sum + one.ms, 0);
  const groups = Map.groupBy(findings, ({ standing }) => standing);
  const counts = (Object.keys(STANDINGS) as Standing[]).flatMap((standing) => {
    const { length } = groups.get(standing) ?? [];
    return length === 0 ? [] : [`${countOf(length, 'failure')} ${wordsOfStanding(standing)}`];
  });
  const found = counts.length === 0 ? 'nothing found' : counts.join(', ');
  return `Fuzzed with ${programs.toLocaleString('en')} programs of ${profilesOf(fuzz)} in ${formatDuration(ms)} (${names}), seed ${seed}: ${found}`;
}

/** `mm`, and whether the base ran all of them. */
function profilesOf({ arches }: Comparison): string {
  const all = arches.flatMap(({ profiles }) => profiles);
  const words = all.map(({ profile, patchedOnly }) =>
    patchedOnly === true ? `${profile} (with the series only)` : profile,
  );
  return [...new Set(words)].join(' and ');
}

/** Where fuzzing did not go on to the end of its time, and what it left; one sentence each. */
export function describeEnds({ arches }: Comparison): readonly string[] {
  return arches.flatMap((one) => {
    const { arch, ended, trouble, left } = one;
    const after = `after ${countOf(programsOf(one), 'program')}`;
    return [
      ...(ended === 'interrupted' ? [`On ${arch}, it was interrupted ${after}.`] : []),
      ...(ended === 'trouble'
        ? [`On ${arch}, it ended early, ${after}: ${trouble ?? 'the harness failed.'}`]
        : []),
      ...(ended === 'findings' ? [`On ${arch}, it ended ${after}, when enough was found.`] : []),
      ...(left.length === 0 ? [] : [`On ${arch}, not looked into: ${listed(left)}.`]),
    ];
  });
}

const SHOWN = 3;

function listed(left: FuzzedArch['left']): string {
  const more = left.length - SHOWN;
  const shown = left
    .slice(0, SHOWN)
    .map(({ signature, seenOn }) => (seenOn === 'base' ? `${signature} (on the base)` : signature))
    .join('; ');
  return more > 0 ? `${shown}; and ${more} more` : shown;
}

/** Why a finding stands where it does: how often its reproducer failed on each kernel, or why there is none. */
export function describeStanding({ standing, note, reproducer }: ComparedFinding): string {
  const runs =
    reproducer === undefined
      ? []
      : [
          `its reproducer failed in ${timesOf(reproducer.patched)} fresh guests with the series${reproducer.base === undefined ? '' : ` and in ${timesOf(reproducer.base)} on the base`}`,
        ];
  const facts = [wordsOfStanding(standing), ...runs].join(': ');
  return note === undefined ? `${facts}.` : `${facts}. ${note}`;
}

const timesOf = ({ failed, of }: { readonly failed: number; readonly of: number }): string =>
  `${failed} of ${of}`;

/** The lines of a reproducer that do what the program did; the rest is the same in all of them. */
export function programLines(source: string): readonly string[] {
  const from = source.search(/^static void process_/mu);
  const to = source.search(/^int main\(/mu);
  if (from === -1 || to < from) return source.trimEnd().split('\n');
  return source.slice(from, to).trimEnd().split('\n');
}
