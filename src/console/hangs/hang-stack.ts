import { findGuiltyFunction } from '../blame/guilty-function.ts';
import type { StackFrame } from '../kernel-text/stacks/stack-frame.ts';
import { findProgramPlace, type ProgramPlace } from './program-place.ts';

/** What a task or a processor of a hung guest was doing. */
export interface HangStack {
  readonly kind: 'task' | 'processor';
  /** Which one, and its state, as the beginning of a sentence: "The task endings (31) was asleep". */
  readonly of: string;
  /** The task's number. */
  readonly tid?: number;
  /** In the kernel; innermost first. */
  readonly stack: readonly StackFrame[];
  /** In the program that entered the kernel, or was outside of it; innermost first. */
  readonly program?: readonly ProgramPlace[];
  /** Where a processor was, by the kernel's own name for the register; without it the stack is return addresses only. */
  readonly registers: Readonly<Record<string, string>>;
}

/** A sentence on where a task or processor was stuck: in the innermost function that is not a helper such as a lock. */
export function describeHangStack({ of, stack, program = [] }: HangStack): string {
  const name = findGuiltyFunction({
    named: undefined,
    lines: [],
    frames: stack,
    rule: undefined,
    complete: true,
  });
  const inKernel = name ?? stack[0]?.symbol;
  const inProgram = findProgramPlace(program);
  if (inKernel === undefined) return inProgram === undefined ? `${of}.` : `${of} in ${inProgram}.`;
  return `${of} in ${inKernel}${inProgram === undefined ? '' : `, called from ${inProgram}`}.`;
}
