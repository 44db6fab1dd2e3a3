import { chanceOf } from '../gate/cases/chance.ts';
import type { CaseResult } from '../run/record/record.ts';
import type { ExpectedProof, ProofRecord, ProofSide, ProofVerdict } from './proof-record.ts';

/** How often a reproducer fired on one kernel. A kernel that does not boot ran nothing, whatever its cases say. */
export function describeSide(results: readonly CaseResult[], failedBoot: string | undefined): ProofSide {
  if (failedBoot !== undefined)
    return { runs: 0, fired: 0, lost: 0, problem: `It does not boot: ${failedBoot}`, seen: [] };
  const told = results.filter(({ outcome }) => outcome !== 'infra-error' && outcome !== 'skipped');
  const fired = told.filter(({ outcome }) => outcome !== 'passed');
  const seen = Map.groupBy(told, whatOf);
  const splat = fired.find((result) => result.splat !== undefined)?.splat;
  return {
    runs: told.length,
    fired: fired.length,
    lost: results.length - told.length,
    seen: [...seen].map(([what, of]) => ({ what, times: of.length })).toSorted((a, b) => b.times - a.times),
    ...(splat === undefined ? {} : { splat: splat.lines }),
  };
}

/** What was seen of one run: the splat, or how the reproducer ended. */
function whatOf({ splat, outcome, observations, problems }: CaseResult): string {
  if (splat !== undefined) return splat.title;
  const ended = observations['reproducer.ended'];
  if (outcome === 'passed' || (outcome === 'failed' && ended !== undefined))
    return ended === 'not in time' ? 'it did not end in time' : `it ended ${String(ended)}`;
  return problems[0] ?? outcome;
}

/** The probability that the kernel that is to fire did so more often by chance. */
export function chanceOfSides(
  base: ProofSide,
  patched: ProofSide,
  expected: ExpectedProof | undefined,
): number {
  const onBase = expected === undefined ? rateOf(base) >= rateOf(patched) : expected === 'fires-on-base';
  return onBase ? chanceOf(tallyOf(patched), tallyOf(base)) : chanceOf(tallyOf(base), tallyOf(patched));
}

const tallyOf = ({ fired: wrong, runs }: ProofSide) => ({ wrong, runs });
const rateOf = ({ fired, runs }: ProofSide): number => (runs === 0 ? 0 : fired / runs);

/** Above this, a difference may be chance. */
const LIKELY = 0.05;

/** The last word on a proof: what was expected must be so on every architecture. */
export function judgeProof(
  arches: ProofRecord['arches'],
  expected: ExpectedProof | undefined,
  interrupted: boolean,
): { readonly verdict: ProofVerdict; readonly reasons: readonly string[] } {
  if (interrupted) return { verdict: 'interrupted', reasons: ['The proof was interrupted.'] };
  const open = arches.flatMap(({ arch, base, patched }) => [
    ...whyOpen(`${arch}, base`, base),
    ...whyOpen(`${arch}, patched`, patched),
  ]);
  if (arches.length === 0) open.push('Nothing was executed.');
  if (open.length > 0) return { verdict: 'undecided', reasons: open };
  if (expected === undefined) return { verdict: 'answered', reasons: [] };
  const reasons = arches.flatMap((one) => whyUnexpected(one, expected));
  return { verdict: reasons.length === 0 ? 'as-expected' : 'not-as-expected', reasons };
}

function whyOpen(where: string, { runs, lost, problem }: ProofSide): string[] {
  if (problem !== undefined) return [`${where}: ${problem}`];
  return runs === 0 ? [`${where}: none of ${lost} runs came to an end.`] : [];
}

function whyUnexpected(
  { arch, base, patched, chance }: ProofRecord['arches'][number],
  expected: ExpectedProof,
): string[] {
  const [firing, silent] = expected === 'fires-on-base' ? [base, patched] : [patched, base];
  const [one, other] = expected === 'fires-on-base' ? ['base', 'patched'] : ['patched', 'base'];
  return [
    ...(firing.fired === 0 ? [`${arch}: it did not fire on ${one}.`] : []),
    ...(silent.fired > 0 ? [`${arch}: it fired on ${other}, too.`] : []),
    ...(firing.fired > 0 && silent.fired === 0 && chance > LIKELY
      ? [`${arch}: that may be chance (p = ${chance.toFixed(2)}); raise --runs.`]
      : []),
  ];
}
