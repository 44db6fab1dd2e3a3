import { caseKey } from '../../gate/cases/gated-cases.ts';
import { patchedKernels, type GateRecord } from '../../gate/gate-record.ts';
import type { CaseResult, RunRecord } from '../../run/record/record.ts';
import { plainLine, plainText } from '../../util/plain-text.ts';
import { evidenceOf } from '../recorded/evidence.ts';
import { gatedTest } from './gated-test.ts';
import type { ReportedTest, TestStatus } from './reported-test.ts';
import { plainOutputs } from '../recorded/program-output.ts';
import type { RecordedRun } from '../recorded/recorded-run.ts';
import { placeOf } from '../recorded/source-place.ts';

/** A recorded run as all test-result formats see it. All of its text is safe to show; see plainText. */
export interface TestReport {
  readonly title: string;
  readonly passed: boolean;
  /** The verdict's word. */
  readonly verdict: string;
  readonly reasons: readonly string[];
  /** ISO 8601. */
  readonly started: string;
  readonly ms: number;
  readonly suites: readonly TestSuite[];
}

/** The tests of one spec on one kernel and architecture. */
export interface TestSuite {
  readonly name: string;
  /** For a table: the spec, and what it ran on. */
  readonly row: string;
  readonly column: string;
  readonly tests: readonly ReportedTest[];
}

/** The tests of a recorded run: its cases, or, for a gate, what the series did to them. */
export function createTestReport({ run, gate }: RecordedRun): TestReport {
  const suites = gate === undefined ? suitesOfRun(run) : suitesOfGate(gate, run);
  const { verdict, reasons, started, ms } = gate ?? run;
  const report: TestReport = {
    title: plainLine(gate === undefined ? `kgate run ${run.id}` : `kgate gate: ${gate.series.title}`),
    passed: verdict === 'passed' || verdict === 'good',
    verdict,
    reasons: reasons.map(plainLine),
    started,
    ms,
    suites,
  };
  return { ...report, suites: [...suites, ...sayVerdict(report)] };
}

/** Whether a test makes a run red. */
export function isRed({ status }: ReportedTest): boolean {
  return status === 'failed' || status === 'broken';
}

/** All tests of a report that have a status. */
export function countTests(tests: readonly ReportedTest[], ...statuses: readonly TestStatus[]): number {
  return tests.filter(({ status }) => statuses.includes(status)).length;
}

/** A red verdict without a red case, as in an interrupted run, must not look green to a harness that counts tests. */
function sayVerdict({ passed, suites, verdict, reasons }: TestReport): TestSuite[] {
  if (passed || suites.some(({ tests }) => tests.some(isRed))) return [];
  const test: ReportedTest = {
    name: 'verdict',
    status: 'broken',
    word: verdict,
    about: 'the verdict on the run as a whole',
    reason: undefined,
    problems: reasons.length === 0 ? [`The verdict is "${verdict}".`] : reasons,
    evidence: [],
    outputs: [],
    ms: 0,
    place: undefined,
  };
  return [{ name: 'kgate', row: 'kgate', column: 'run', tests: [test] }];
}

function suitesOfRun({ cases }: RunRecord): TestSuite[] {
  const groups = Map.groupBy(cases, ({ kernel, arch, spec }) => JSON.stringify([kernel, arch, spec]));
  return [...groups.values()].flatMap((results) => {
    const [first] = results;
    if (first === undefined) return [];
    const [spec, column] = [plainLine(first.spec), plainLine(`${first.kernel} ${first.arch}`)];
    return [{ name: `${spec} on ${column}`, row: spec, column, tests: results.map(testOfCase) }];
  });
}

function suitesOfGate(gate: GateRecord, run: RunRecord): TestSuite[] {
  const executions = Map.groupBy(run.cases, caseKey);
  const groups = Map.groupBy(gate.cases, ({ arch, spec }) => JSON.stringify([arch, spec]));
  return [...groups.values()].flatMap((cases) => {
    const [first] = cases;
    if (first === undefined) return [];
    const tests = cases.map((one) => gatedTest(one, findExecution(executions.get(caseKey(one)) ?? [], gate)));
    const spec = plainLine(first.spec);
    return [{ name: `${spec} on ${first.arch}`, row: spec, column: first.arch, tests }];
  });
}

/** The most telling execution of a gated case: one that failed on the patched kernel. */
function findExecution(executions: readonly CaseResult[], gate: GateRecord): CaseResult | undefined {
  const onPatched = patchedKernels(gate).flatMap((id) => executions.filter(({ kernel }) => kernel === id));
  return onPatched.find(({ outcome }) => outcome !== 'passed') ?? onPatched[0] ?? executions[0];
}

function testOfCase(result: CaseResult): ReportedTest {
  const { case: name, repeat, about, outcome, skipReason, known, problems, ms } = result;
  return {
    name: plainLine(repeat > 1 ? `${name} (repeat ${repeat})` : name),
    status: known === undefined ? statusOf(outcome) : 'known',
    word: known === undefined ? outcome : 'known',
    about: plainLine(about),
    reason: reasonOf(
      known?.reason ?? (outcome === 'skipped' ? (skipReason ?? 'no reason given') : undefined),
    ),
    problems: problems.map(plainText),
    evidence: evidenceOf(result),
    outputs: plainOutputs(result),
    ms,
    place: placeOf(result.location),
  };
}

const reasonOf = (reason: string | undefined): string | undefined =>
  reason === undefined ? undefined : plainLine(reason);

function statusOf(outcome: CaseResult['outcome']): TestStatus {
  if (outcome === 'passed' || outcome === 'skipped' || outcome === 'failed') return outcome;
  return 'broken';
}
