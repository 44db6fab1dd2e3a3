import { clipLine } from '../../util/clip-line.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import type { ReportedTest } from '../judge/judge-command.ts';
import type { CaseResult } from '../record/record.ts';

/** Characters kept of what a test said; the result of its program has everything. */
const OUTPUT_MAX = 8_000;

/** The results of the tests that a program reported, each a case of its own beside that of the program as a whole. */
export function createTestResults(whole: CaseResult, tests: readonly ReportedTest[]): CaseResult[] {
  const { spec, case: of, program, kernel, arch, repeat, attempts, location } = whole;
  const { accel, slot, startedMs, seed, console, screen } = whole;
  return tests.map(({ name, about, judgement, output }) => ({
    spec,
    case: name,
    of,
    about: clipLine(about, OUTPUT_MAX),
    program,
    kernel,
    arch,
    repeat,
    ...withoutUndefined({ accel, slot, startedMs, seed, console, screen }),
    outcome: judgement.outcome,
    // Its program's time is the program's.
    ms: 0,
    attempts,
    observations: {},
    expected: {},
    problems: judgement.problems.map((problem) => clipLine(problem, OUTPUT_MAX)),
    ...withoutUndefined({ skipReason: judgement.skipReason }),
    ...(output === '' ? {} : { output: clipLine(output, OUTPUT_MAX) }),
    location,
  }));
}
