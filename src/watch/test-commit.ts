import { BuildError, InfraError, InterruptedError } from '../errors.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import type { Backend, Step } from '../run/execute/backend.ts';
import { planOnKernels, type Collect, type RunRequest } from '../run/plan-suite.ts';
import type { PlannedCase } from '../run/plan/plan.ts';
import type { Preflight } from '../run/plan/preflight.ts';
import type { PoolLimits } from '../run/pool/job-pool.ts';
import type { Project } from '../run/project/project.ts';
import type { CaseResult } from '../run/record/record.ts';
import { runPlan } from '../run/run.ts';
import { asCommitResult, judgeEnding, type CommitResult, type Ending } from './commit-result.ts';

/** How every commit is tested. */
export interface Testing {
  readonly project: Project;
  readonly request: RunRequest;
  readonly backend: Backend<KernelDefinition>;
  readonly preflight: Preflight;
  readonly collect: Collect;
  readonly limits: PoolLimits;
  /** kgate's version. */
  readonly version: string;
  readonly step: Step;
}

/** How often a case that went wrong is executed in all. */
const EXECUTIONS = 3;

/**
 * Builds the kernel of a commit and runs the tests on it. Cases that go wrong are executed again, so that one that fails
 * now and then is not taken for the commit's fault. Throws InfraError where the harness failed, and what
 * planOnKernels() throws.
 */
export async function testCommit(
  commit: string,
  kernel: KernelDefinition,
  testing: Testing,
): Promise<CommitResult> {
  const began = performance.now();
  const { version, step } = testing;
  const finish = (found: Pick<CommitResult, 'state' | 'reasons' | 'run' | 'cases'>): CommitResult =>
    asCommitResult({
      commit,
      kgate: version,
      tested: new Date().toISOString(),
      ms: Math.round(performance.now() - began),
      ...found,
    });
  try {
    return finish(await run(kernel, testing));
  } catch (error) {
    if (step.signal.aborted) throw new InterruptedError();
    if (!(error instanceof BuildError)) throw error;
    return finish({ state: 'not-built', reasons: [error.message], cases: {} });
  }
}

async function run(kernel: KernelDefinition, testing: Testing) {
  const { project, request, preflight, collect, step } = testing;
  const suite = await planOnKernels(project, [kernel], request, preflight, collect);
  let repeated = false;
  const { record } = await runPlan({
    ...suite,
    ...testing,
    root: project.root,
    followUp: async (results) => {
      const again = repeated ? [] : planAgain(suite.plan, results);
      repeated = true;
      return again;
    },
  });
  if (step.signal.aborted) throw new InterruptedError();
  if (record.verdict === 'infra-error')
    throw new InfraError(record.reasons[0] ?? 'The harness failed.', { code: 'WATCH_NOT_JUDGED' });
  const cases = endingsOf(record.cases);
  return { state: 'tested' as const, reasons: record.reasons, run: record.id, cases };
}

function planAgain(plan: readonly PlannedCase[], results: readonly CaseResult[]): PlannedCase[] {
  const wrong = new Set(
    results.filter(isWrong).map(({ spec, case: name, of = name, arch }) => `${spec} ${of} ${arch}`),
  );
  return plan
    .filter((one) => one.repeat === 1 && wrong.has(`${one.spec} ${one.case} ${one.arch}`))
    .flatMap((one) => Array.from({ length: EXECUTIONS - 1 }, (_, index) => ({ ...one, repeat: index + 2 })));
}

/** A failure that the project knows about says nothing new about a commit. */
const isWrong = ({ outcome, known }: CaseResult): boolean =>
  known === undefined && judgeEnding(outcome) === 'wrong';

/** How each case ended, by its title. */
export function endingsOf(results: readonly CaseResult[]): Record<string, Ending> {
  const byCase = Map.groupBy(results, titleOf);
  return Object.fromEntries([...byCase].map(([title, repeats]) => [title, endingOf(repeats)]));
}

function endingOf(repeats: readonly CaseResult[]): Ending {
  const outcomes = new Set(repeats.map(({ outcome, known }) => (known === undefined ? outcome : 'skipped')));
  const [first = 'skipped'] = outcomes;
  if (outcomes.size === 1) return first;
  return outcomes.has('passed') ? 'flaky' : (repeats.find(isWrong)?.outcome ?? first);
}

const titleOf = ({ spec, case: name, arch }: CaseResult): string => `${spec} › ${name} (${arch})`;
