import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { callSchema, type Call, type Operation } from './operation.ts';
import { stepsOf, type Program } from './program.ts';
import { livingAt, PROCESS_NAMES, processName, type Turn } from './schedule.ts';

const processSchema = z.enum(PROCESS_NAMES as [string, ...string[]]);

/** The zod schema of a program in a file, for these operations. */
export function programSchema(operations: readonly Operation[]) {
  const calls = operations.map((operation) =>
    z.strictObject({
      process: processSchema,
      do: z.literal(operation.name),
      with: callSchema(operation),
    }),
  );
  const fork = z.strictObject({ process: processSchema, do: z.literal('fork'), child: processSchema });
  const exit = z.strictObject({ process: processSchema, do: z.literal('exit') });
  return z.strictObject({
    processes: z.array(processSchema).min(1),
    steps: z.array(z.discriminatedUnion('do', [fork, exit, ...calls])),
  });
}

type WrittenStep =
  | { readonly process: string; readonly do: 'fork'; readonly child: string }
  | { readonly process: string; readonly do: 'exit' }
  | { readonly process: string; readonly do: string; readonly with: Call['args'] };

/** A program as a file has it: the processes that begin, and one step after the other. */
export interface WrittenProgram {
  readonly processes: readonly string[];
  readonly steps: readonly WrittenStep[];
}

/** The program as a file has it. */
export function writeProgram(program: Program): WrittenProgram {
  return {
    processes: program.schedule.roots.map(processName),
    steps: stepsOf(program).map(({ process: number, action }): WrittenStep => {
      const process = processName(number);
      if (action.kind === 'fork') return { process, do: 'fork', child: processName(action.child) };
      if (action.kind === 'exit') return { process, do: 'exit' };
      return { process, do: action.call.name, with: action.call.args };
    }),
  };
}

/** Reads what a file has. Throws UsageError where it is no program. */
export function readProgram(value: unknown, operations: readonly Operation[]): Program {
  const { success, data, error } = programSchema(operations).safeParse(value);
  if (!success) throw notAProgram(z.prettifyError(error));
  const turns: Turn[] = [];
  const calls: Call[][] = [];
  for (const step of data.steps as readonly WrittenStep[]) {
    const process = numberOf(step.process);
    const last = turns.at(-1);
    if ('with' in step) {
      if (last?.kind !== 'run' || last.process !== process) {
        turns.push({ kind: 'run', process });
        calls.push([]);
      }
      calls.at(-1)?.push({ name: step.do, args: step.with });
    } else {
      turns.push(
        'child' in step ? { kind: 'fork', process, child: numberOf(step.child) } : { kind: 'exit', process },
      );
      calls.push([]);
    }
  }
  const program = { schedule: { roots: data.processes.map(numberOf), turns }, calls };
  requireLiving(program);
  return program;
}

const numberOf = (name: string): number => PROCESS_NAMES.indexOf(name);

/** Every turn is that of a living process, no process is forked twice, and all exit. */
function requireLiving({ schedule }: Program): void {
  const living = livingAt(schedule);
  const known = new Set(schedule.roots);
  for (const [index, turn] of schedule.turns.entries()) {
    const name = processName(turn.process);
    if (living[index]?.includes(turn.process) !== true)
      throw notAProgram(`Process ${name} has a turn while it is not alive.`);
    if (turn.kind !== 'fork') continue;
    if (known.has(turn.child)) throw notAProgram(`Process ${processName(turn.child)} begins twice.`);
    known.add(turn.child);
  }
  const left = living.at(-1) ?? [];
  if (left.length > 0) throw notAProgram(`Process ${processName(left[0] ?? 0)} never exits.`);
}

const notAProgram = (detail: string): UsageError =>
  new UsageError('This is no program that can be fuzzed.', {
    code: 'FUZZ_PROGRAM_INVALID',
    hint: 'A program is what "kgate fuzz" writes into the folder of a finding as program.json.',
    detail,
  });
