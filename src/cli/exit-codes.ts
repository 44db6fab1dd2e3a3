import type { GateVerdict } from '../gate/gate-record.ts';
import type { Verdict } from '../run/record/record.ts';

/** The meaning of a command's exit codes, by code. */
export type ExitCodes = Readonly<Record<number, string>>;

/** The codes of every command. */
const ANY: ExitCodes = { 2: 'usage error', 130: 'interrupted' };

/** Of a command that reads files of a project, or the user's. */
export const READING: ExitCodes = { ...ANY, 2: 'usage error, or a file that cannot be read' };

/** Of a command that builds kernels or guest programs. */
export const BUILDING: ExitCodes = {
  ...ANY,
  2: 'usage error, or an error in a spec, a kernel file or a series',
  3: 'a kernel or a guest program did not build',
  4: 'the harness failed, or the disk is full',
  69: 'this host lacks something that kgate needs',
};

/** Of a command that boots guests, too. */
export const BOOTING: ExitCodes = { ...BUILDING, 4: 'the harness failed, after retries' };

/** Of a command whose guest a person uses: the kernel did what no program may make it do. */
export const KERNEL_TROUBLE = 71;

/** All exit codes of all commands, in general terms. */
export const ALL_EXITS: ExitCodes = {
  ...BOOTING,
  0: 'all as expected',
  1: 'not all as expected; each command says what that means',
  5: 'a series is untested: nothing it changes was executed, or part of it could not be found',
  70: 'a bug in kgate',
  [KERNEL_TROUBLE]: 'the kernel that "kgate exec" or "kgate shell" used reported something, died or hung',
};

/** Exit codes as a help shows them. */
export function exitCodesHelp(codes: ExitCodes): string {
  // Integer keys come in ascending order.
  const lines = Object.entries(codes).map(([code, meaning]) => `  ${code.padEnd(3)}  ${meaning}`);
  return `Exit codes:\n${lines.join('\n')}`;
}

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
