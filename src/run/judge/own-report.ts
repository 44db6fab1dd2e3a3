import type { KtapTest } from '../../tests/ktap/ktap-test.ts';

/** What a program that judges itself reported. */
export interface OwnReport {
  readonly tests: readonly KtapTest[];
  /** What is wrong with the report itself. */
  readonly problems: readonly string[];
  /** Why it was skipped as a whole, if it was. */
  readonly skipReason: string | undefined;
}
