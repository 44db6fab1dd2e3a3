import {
  leftOnPatched,
  programsOf,
  type ComparedFinding,
  type Comparison,
} from '../../fuzz/compare/comparison-record.ts';
import type { Findings } from '../cases/judge-gate.ts';

/** What fuzzing says about a series, fail closed: only a confirmed difference counts against it, and none that was not looked for. */
export function judgeComparison(comparison: Comparison | undefined): Findings {
  if (comparison === undefined) return { bad: [], open: [] };
  const { arches, findings } = comparison;
  const regressions = findings.filter(({ standing }) => standing === 'regression');
  const unclear = findings.filter(isUnclear);
  return {
    bad: byText(regressions).map(([text, on]) => `Fuzzing found with the series only: ${text} [${on}].`),
    open: [
      ...byText(unclear).map(
        ([text, on]) => `Fuzzing found with the series only, and could not confirm: ${text} [${on}].`,
      ),
      ...arches.flatMap((one) =>
        leftOnPatched(one).map(
          (signature) =>
            `Fuzzing found with the series only, and did not look into: ${signature} [${one.arch}].`,
        ),
      ),
      ...arches.flatMap((one) => {
        const programs = programsOf(one);
        const why = one.trouble === undefined ? '' : ` ${one.trouble}`;
        if (one.ended === 'interrupted') return [];
        if (programs === 0) return [`No program of the fuzzer ran on ${one.arch}.${why}`];
        return one.ended === 'trouble'
          ? [`Fuzzing on ${one.arch} ended early, after ${programs} programs.${why}`]
          : [];
      }),
    ],
  };
}

/** What only the patched kernel showed, and what is more than one bad moment of one guest. */
const isUnclear = ({ standing, seenOn, how, isTrouble }: ComparedFinding): boolean =>
  standing === 'unconfirmed' && seenOn === 'patched' && (how !== 'once' || isTrouble);

/** Findings that say the same, with the architectures that they are of. */
function byText(findings: readonly ComparedFinding[]): readonly (readonly [text: string, arches: string])[] {
  const same = Map.groupBy(findings, ({ text }) => text);
  return [...same].map(([text, of]) => [text, [...new Set(of.map(({ arch }) => arch))].join(', ')]);
}
