import type { CaseTranscript } from '../../console/agent/transcript.ts';
import { parseKtap } from '../../tests/ktap/parse-ktap.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { PlannedCommand } from '../plan/plan.ts';
import type { OwnReport } from './own-report.ts';
import { readKunit } from './read-kunit.ts';

/** Reads what a program reported by its protocol: on its standard output, or in the kernel log. */
export function readReport(
  transcript: CaseTranscript,
  { protocol, words, tests }: Pick<PlannedCommand, 'protocol' | 'words' | 'tests'>,
): OwnReport {
  const { stdout } = transcript;
  switch (protocol) {
    case 'exit':
      return { tests: [], problems: [], skipReason: undefined };
    case 'ktap':
      return withWhole(stdout, parseKtap(stdout));
    case 'kselftest':
      return withWhole(stdout, readKselftest(stdout));
    case 'kunit':
      return readKunit(transcript, words.at(-1) ?? '', tests);
    default:
      return unreachable(protocol);
  }
}

const NO_TESTS = /^1\.\.0\b/mu;

/** "1..0 # SKIP": the program as a whole. */
function withWhole(stdout: string, { tests, problems }: Pick<OwnReport, 'tests' | 'problems'>): OwnReport {
  const [only, ...others] = tests;
  const isWhole = others.length === 0 && only?.status === 'skipped' && NO_TESTS.test(stdout);
  return isWhole
    ? { tests: [], problems, skipReason: only.reason }
    : { tests, problems, skipReason: undefined };
}

/** The kernel's own runner looks at the status alone, and many of its tests forget the version line. */
function readKselftest(stdout: string): Pick<OwnReport, 'tests' | 'problems'> {
  const report = parseKtap(stdout);
  const isBare = report.problems.length > 0 && report.tests.length === 0;
  const { tests } = isBare && BARE.test(stdout) ? parseKtap(`TAP version 13\n${stdout}`) : report;
  return { tests, problems: [] };
}

/** A plan, or a result with its number. */
const BARE = /^(?:1\.\.\d+\s*$|(?:not )?ok \d+\b)/mu;
