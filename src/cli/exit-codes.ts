import type { GateVerdict } from '../gate/gate-record.ts';
import type { Verdict } from '../run/record/record.ts';

/** The exit codes, as every command's help shows them. */
export const EXIT_CODES_HELP = `Exit codes:
  0    all as expected
  1    a case failed, crashed or hung; a series is not good
  2    usage or spec error
  3    a kernel or a guest program did not build
  4    the harness failed, after retries
  5    nothing of what a series changes was executed: it is untested
  69   this host lacks something that kgate needs
  130  interrupted`;

/** The exit code of a run or of a gate. */
export function exitCodeOf(verdict: Verdict | GateVerdict): number {
  const codes: Readonly<Record<Verdict | GateVerdict, number>> = {
    passed: 0,
    good: 0,
    failed: 1,
    bad: 1,
    'infra-error': 4,
    untested: 5,
    interrupted: 130,
  };
  return codes[verdict];
}
