import type { CaseTranscript } from '../../console/agent/transcript.ts';
import type { Splat } from '../../console/splats/splat.ts';
import { caseNames } from '../../tests/ktap/case-name.ts';
import { flattenKtap, type KtapCase } from '../../tests/ktap/flatten-ktap.ts';
import { PROGRAM_CASE } from '../../spec/command.ts';
import { countOf } from '../../util/count-of.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import type { PlannedCommand } from '../plan/plan.ts';
import type { AllowedSplat } from '../tolerated/allow-list.ts';
import { distrustForged } from './forged-records.ts';
import { judgeCase, type Judgement } from './judge-case.ts';
import { withoutTestTaint } from './read-kunit.ts';
import { readReport } from './read-report.ts';

/** A test that a program reported by itself. */
export interface ReportedTest {
  /** As a case has it. */
  readonly name: string;
  /** As the program wrote it. */
  readonly about: string;
  readonly judgement: Judgement;
  /** What the program printed about it. */
  readonly output: string;
}

/** What a program that judges itself came to. */
export interface CommandJudgement {
  /** Of the program as a whole: whether it ran to its end, and said of itself what its tests say. */
  readonly judgement: Judgement;
  readonly tests: readonly ReportedTest[];
}

/** The exit status of a test of the kernel's that was skipped. */
const SKIPPED = 4;

/**
 * Judges a program that judges itself. A test that failed is that test's failure, not the program's; the program as a
 * whole fails where no test would say what went wrong: it crashed, hung, ended with an error that none of its tests
 * explains, or reported nothing at all.
 */
export function judgeCommand(
  transcript: CaseTranscript,
  command: Pick<PlannedCommand, 'protocol' | 'words' | 'tests'>,
  allow?: (splat: Splat) => AllowedSplat | undefined,
): CommandJudgement {
  const { forged, exit } = transcript;
  const { tests: reported, problems, skipReason } = readReport(transcript, command);
  const status = exit?.kind === 'exited' ? exit.status : undefined;
  const cases = flattenKtap(reported);
  const names = caseNames(cases, [PROGRAM_CASE]);
  const tests = cases.map((one, index) => asReported(one, names[index] ?? '', forged));
  const found = { status, tests, skipReason, problems };
  const seen = command.protocol === 'kunit' ? withoutTestTaint(transcript) : transcript;
  // Whether the status is an error is decided here, not there.
  const ended = judgeCase(
    status === undefined ? seen : { ...seen, exit: { kind: 'exited', status: 0 } },
    {},
    allow,
  );
  const judged = ended.outcome === 'passed' ? { ...ended, ...judgeEnd(found, transcript) } : ended;
  return { judgement: distrustForged(judged, forged), tests };
}

interface Found {
  readonly status: number | undefined;
  readonly tests: readonly ReportedTest[];
  readonly skipReason: string | undefined;
  readonly problems: readonly string[];
}

/** Judges a program that ended by itself on a kernel that had nothing to report. */
function judgeEnd(
  { status, tests, skipReason, problems }: Found,
  transcript: CaseTranscript,
): Pick<Judgement, 'outcome' | 'problems' | 'skipReason'> {
  if (problems.length > 0) return { outcome: 'failed', problems };
  const bad = tests.filter(({ judgement: { outcome } }) => outcome === 'failed' || outcome === 'crashed');
  if (bad.length === 0 && status === SKIPPED)
    return skipped(skipReason ?? lastWords(transcript) ?? 'it did not say why');
  if (bad.length === 0 && status !== 0)
    return { outcome: 'failed', problems: [describeStatus(status, tests)] };
  if (skipReason !== undefined) return skipped(skipReason);
  if (tests.length > 0 && tests.every(({ judgement: { outcome } }) => outcome === 'skipped'))
    return skipped(`all of its ${countOf(tests.length, 'test')} were skipped`);
  return { outcome: 'passed', problems: [] };
}

const skipped = (skipReason: string) => ({ outcome: 'skipped' as const, problems: [], skipReason });

function describeStatus(status: number | undefined, tests: readonly ReportedTest[]): string {
  const said = tests.length === 0 ? '' : ', and none of its tests says why';
  return `The program exited with status ${status}${said}.`;
}

/** The last line that it printed, without what marks it as a comment or as skipped. */
function lastWords({ stdout, stderr }: CaseTranscript): string | undefined {
  const lines = `${stdout}\n${stderr}`
    .split('\n')
    .map((line) => line.replace(/^(?:#|\[?SKIP\]?:?|\s)+/u, '').trim());
  return lines.findLast((line) => line !== '' && !line.startsWith('Totals:'));
}

const OUTCOMES = { passed: 'passed', failed: 'failed', skipped: 'skipped', crashed: 'crashed' } as const;

function asReported({ name: about, test }: KtapCase, name: string, forged: number): ReportedTest {
  const { status, reason, diagnostics } = test;
  const outcome = OUTCOMES[status];
  const isBad = outcome === 'failed' || outcome === 'crashed';
  const judgement: Judgement = {
    outcome,
    problems: isBad ? [describeBad(status, reason, diagnostics)] : [],
    ...withoutUndefined({ skipReason: outcome === 'skipped' ? (reason ?? 'it did not say why') : undefined }),
  };
  return { name, about, judgement: distrustForged(judgement, forged), output: diagnostics.join('\n') };
}

/** Lines of what a test said that a sentence about it repeats. */
const LINES_TOLD = 3;

function describeBad(status: string, reason: string | undefined, diagnostics: readonly string[]): string {
  const said = diagnostics
    .filter((line) => line.trim() !== '')
    .slice(-LINES_TOLD)
    .join(' | ');
  const why = [reason, said].filter((part) => part !== undefined && part !== '').join('; ');
  return `The test ${status}${why === '' ? ', and did not say why' : `: ${why}`}.`;
}
