import type { Call } from './operation.ts';
import type { Schedule } from './schedule.ts';

/** What processes do: for each turn of the schedule, the operations of the process whose turn it is. */
export interface Program {
  readonly schedule: Schedule;
  /** As long as the schedule's turns; empty for turns that fork or exit. */
  readonly calls: readonly (readonly Call[])[];
}

/** One step of a program, as findings count them: operations, forks and exits, from 1. */
export interface Step {
  readonly number: number;
  readonly turn: number;
  readonly process: number;
  readonly action:
    | { readonly kind: 'call'; readonly call: Call; readonly index: number }
    | { readonly kind: 'fork'; readonly child: number }
    | { readonly kind: 'exit' };
}

/** The steps of a program in their order. */
export function stepsOf({ schedule, calls }: Program): readonly Step[] {
  const steps: Step[] = [];
  for (const [turn, { process, ...what }] of schedule.turns.entries()) {
    const add = (action: Step['action']): void => {
      steps.push({ number: steps.length + 1, turn, process, action });
    };
    if (what.kind === 'fork') add({ kind: 'fork', child: what.child });
    else if (what.kind === 'exit') add({ kind: 'exit' });
    else for (const [index, call] of (calls[turn] ?? []).entries()) add({ kind: 'call', call, index });
  }
  return steps;
}

/** How many operations a program has. */
export const sizeOf = ({ calls }: Program): number => calls.reduce((sum, { length }) => sum + length, 0);
