import { MUTANTS_RECORD_VERSION, type MutantResult, type MutantsRecord } from './mutants-record.ts';

/** Sums up: passed only if there was a mutant and each was killed by the cases that its header names. */
export function judgeMutants(
  mutants: readonly MutantResult[],
  { ms, interrupted }: { readonly ms: number; readonly interrupted: boolean },
): MutantsRecord {
  const broken = mutants.filter(({ problem }) => problem !== undefined);
  const decided = mutants.filter(({ problem }) => problem === undefined);
  const survived = decided.filter(({ killed }) => !killed);
  const missed = decided.filter(({ killed, unnoticed }) => killed && unnoticed.length > 0);
  const reasons = [
    ...(mutants.length === 0 ? ['No mutant was run.'] : []),
    ...broken.map((one) => `${titleOf(one)}: ${one.problem ?? ''}`),
    ...survived.map((one) => `${titleOf(one)} survived: no case noticed it.`),
    ...missed.map(
      (one) => `${titleOf(one)} was not noticed by ${one.unnoticed.join(', ')}, as its header says.`,
    ),
  ];
  return {
    version: MUTANTS_RECORD_VERSION,
    mutants: [...mutants],
    killed: decided.length - survived.length,
    survived: survived.length,
    broken: broken.length,
    ms,
    verdict: interrupted ? 'interrupted' : reasons.length === 0 ? 'passed' : 'failed',
    reasons,
  };
}

const titleOf = ({ name, kernel, arch }: MutantResult): string => `${name} [${arch} ${kernel}]`;
