import type { MutantResult } from './mutants-record.ts';
import type { SuiteOutcome } from './suite-outcome.ts';

/** The mutant that was run, and what its header says. */
export interface MutantSubject {
  readonly name: string;
  readonly kernel: string;
  readonly arch: MutantResult['arch'];
  readonly planned: number;
  /** The cases that each reference of the head stands for on this architecture. */
  readonly notice: ReadonlyMap<string, readonly string[]>;
}

/** Judges a mutant. A harness failure does not kill it, and by itself decides nothing. */
export function judgeMutant(subject: MutantSubject, outcome: SuiteOutcome): MutantResult {
  const { notice, ...identity } = subject;
  const by = outcome.wrong.map(({ name }) => name);
  const unnoticed = [...notice].flatMap(([reference, cases]) =>
    cases.length === 0 || cases.some((name) => by.includes(name)) ? [] : [reference],
  );
  const undecided = by.length === 0 && outcome.trouble !== undefined;
  return {
    ...identity,
    killed: by.length > 0,
    by,
    byAssertion: outcome.wrong.flatMap(({ name, outcome: how }) => (how === 'failed' ? name : [])),
    unnoticed,
    executed: outcome.executed,
    ms: outcome.ms,
    ...(undecided ? { problem: `the harness failed: ${outcome.trouble}` } : {}),
  };
}

/** The result of a mutant that never ran. */
export function brokenMutant(subject: MutantSubject, problem: string): MutantResult {
  return { ...judgeMutant(subject, { wrong: [], executed: 0, ms: 0, took: {} }), problem };
}
