import { changedLines } from '../../coverage/coverage-record.ts';
import type { CountedSeries } from '../../coverage/describe-counts.ts';
import type { AttachedCounter, CountedLines } from '../../coverage/line-counter.ts';
import type { PlannedCase } from '../../run/plan/plan.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { caseKey, type GateKernels } from '../cases/gated-cases.ts';
import { findProving } from './proving-cases.ts';
import { findWitnesses, type Witness } from './witnesses.ts';

export interface ProvenLinesOptions {
  readonly counter: AttachedCounter;
  readonly series: CountedSeries;
  /** Every case on the patched kernel. */
  readonly onPatched: readonly PlannedCase[];
  readonly kernels: GateKernels;
  readonly signal: AbortSignal;
}

/** Which lines of a series ran in cases that prove it, given the results so far. */
export class ProvenLines {
  readonly #options: ProvenLinesOptions;
  /** The last description, and the cases that it is from: counting again with the same would take a while. */
  #last: { readonly from: string; readonly lines: CountedLines | undefined } | undefined;

  constructor(options: ProvenLinesOptions) {
    this.#options = options;
  }

  /** Only the kernel with counters counts, and it executes nothing once anything else was asked for. */
  async describe(results: readonly CaseResult[]): Promise<CountedLines | undefined> {
    const { onPatched, kernels } = this.#options;
    const proving = findProving(onPatched, results, kernels);
    const from = proving.map(caseKey).join('\n');
    if (this.#last?.from !== from) this.#last = { from, lines: await this.#describe(proving) };
    return this.#last.lines;
  }

  /** The cases that stand for the lines, as far as is known. */
  async findWitnesses(results: readonly CaseResult[]): Promise<readonly Witness[]> {
    return witnessesOf(await this.describe(results));
  }

  /** If no line ran in a case that proves it: the cases in which some did all the same. */
  async findUnproven(results: readonly CaseResult[]): Promise<readonly Witness[]> {
    const [subject] = (await this.describe(results))?.subjects ?? [];
    if (subject === undefined || changedLines(subject).ran > 0) return [];
    return witnessesOf(await this.#describe(this.#options.onPatched));
  }

  #describe(plan: readonly PlannedCase[]): Promise<CountedLines | undefined> {
    const { counter, series, signal } = this.#options;
    return counter.describe(series, plan, signal);
  }
}

function witnessesOf({
  subjects: [subject] = [],
  cases = [],
}: Partial<CountedLines> = {}): readonly Witness[] {
  return subject === undefined ? [] : findWitnesses(subject, cases);
}
