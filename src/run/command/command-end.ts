import { constants } from 'node:os';
import type { CaseTranscript, ProgramExit } from '../../console/agent/transcript.ts';
import type { Splat } from '../../console/splats/splat.ts';
import { describeHangStack } from '../../console/hangs/hang-stack.ts';
import { describeNumbers } from '../../console/agent/records/number-ranges.ts';
import { InfraError } from '../../errors.ts';
import { newTaint } from '../judge/taint.ts';

/** How a command in a guest ended. */
export type CommandEnd =
  /** By itself; as a shell counts, 128 and the signal's number where a signal ended it. */
  | { readonly kind: 'ended'; readonly status: number }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'not-executed'; readonly reason: string }
  /** The kernel did something that no command may make it do. */
  | {
      readonly kind: 'kernel-trouble';
      readonly problems: readonly string[];
      readonly splats: readonly Splat[];
    };

/** Says how a command ended. What the kernel reported outranks all else. Throws InfraError when the harness failed. */
export function findCommandEnd(transcript: CaseTranscript): CommandEnd {
  const { splats, breakdown, taint, fault, exit, ended } = transcript;
  if (breakdown?.kind === 'channel-damaged')
    throw new InfraError('The serial line of the guest is damaged, and what the command did is not known.', {
      code: 'RUN_CHANNEL_DAMAGED',
      detail:
        breakdown.missing.length > 0
          ? `Records ${describeNumbers(breakdown.missing)} are lost.`
          : (breakdown.reason ?? ''),
    });
  const flags = taint.after === undefined ? [] : newTaint(taint.before, taint.after);
  const problems = [
    ...splats.map(({ title }) => `The kernel reported: ${title}.`),
    ...describeEnd(transcript),
    ...(splats.length === 0 && flags.length > 0 ? [`The kernel became tainted: ${flags.join(', ')}.`] : []),
  ];
  if (problems.length > 0) return { kind: 'kernel-trouble', problems, splats };
  if (breakdown?.kind === 'program-hung') return { kind: 'timed-out' };
  if (exit !== undefined && ended) return { kind: 'ended', status: statusOf(exit) };
  return { kind: 'not-executed', reason: fault ?? 'the agent did not say why' };
}

/** Of a guest that did not live to see the command's end. */
function describeEnd({ breakdown, stacks = [] }: CaseTranscript): string[] {
  if (breakdown?.kind === 'connection-lost') return [LOST[breakdown.how ?? 'unknown']];
  if (breakdown?.kind === 'rebooted') return ['The guest booted again while the command was running.'];
  if (breakdown?.kind !== 'kernel-hung') return [];
  return [
    'The kernel hung: its guest no longer answers.',
    ...stacks.filter(({ kind }) => kind === 'processor').map(describeHangStack),
  ];
}

const LOST = {
  reset: 'The guest reset itself before the command had ended.',
  'powered-off': 'The guest powered off before the command had ended.',
  unknown: 'The guest was gone before the command had ended.',
} as const;

function statusOf(exit: ProgramExit): number {
  if (exit.kind === 'exited') return exit.status;
  const signals: Readonly<Record<string, number>> = constants.signals;
  return 128 + (signals[exit.signal] ?? Number(exit.signal.replace(/\D/gu, '')));
}
