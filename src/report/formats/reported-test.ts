import type { ProgramOutput } from '../recorded/program-output.ts';
import type { SourcePlace } from '../recorded/source-place.ts';

/** `known` failed as the list of known failures says it would; `broken` says that the kernel or the harness broke down. */
export type TestStatus = 'passed' | 'failed' | 'broken' | 'skipped' | 'known';

/** One test and all that is to be said of it. */
export interface ReportedTest {
  readonly name: string;
  readonly status: TestStatus;
  /** The outcome of a case or its class in a gate. */
  readonly word: string;
  readonly about: string;
  /** Why it was skipped, or is known to fail. */
  readonly reason: string | undefined;
  /** One sentence for each thing that is wrong. */
  readonly problems: readonly string[];
  /** Lines of evidence: the splat, or the end of the console. */
  readonly evidence: readonly string[];
  /** What the program wrote; none that is empty. */
  readonly outputs: readonly ProgramOutput[];
  readonly ms: number;
  /** Where the spec says it. */
  readonly place: SourcePlace | undefined;
}
