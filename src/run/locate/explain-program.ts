import type { CapturedTask } from '../../console/agent/captured-task.ts';
import type { CaseRequest } from '../../console/agent/session.ts';
import type { CaseTranscript, StruckProgram } from '../../console/agent/transcript.ts';
import type { HangStack } from '../../console/hangs/hang-stack.ts';
import type { ProgramPlace } from '../../console/hangs/program-place.ts';
import { compareStates, describeTask, findTaskStacks } from '../../console/hangs/task-stacks.ts';

/** The stacks that tasks have in a guest program; empty where nothing is known. */
export type LocateProgram = (
  program: string,
  tasks: readonly CapturedTask[],
  signal: AbortSignal | undefined,
) => Promise<readonly (readonly ProgramPlace[])[]>;

/** Adds to a program that hung what its tasks were doing, in the kernel and in the program. */
export async function explainTasks(
  transcript: CaseTranscript,
  request: CaseRequest,
  locate: LocateProgram,
): Promise<CaseTranscript> {
  const own = await readTaskStacks(transcript, request, locate);
  // The kernel's dump of all tasks has the agent's, and may have threads of its own that are blocked.
  const shown = findTaskStacks(transcript.kernelLog || transcript.consoleText);
  const others = shown.filter(({ tid }) => own.every((stack) => stack.tid !== tid));
  return { ...transcript, stacks: [...own.map((stack) => completed(stack, shown)), ...others] };
}

/** With the functions of locks and of the scheduler, which the kernel's dump has and /proc leaves out. */
function completed(own: HangStack, shown: readonly HangStack[]): HangStack {
  const whole = shown.find(({ tid, stack }) => tid === own.tid && endsIn(stack, own.stack));
  return whole === undefined ? own : { ...own, stack: whole.stack };
}

const endsIn = (whole: HangStack['stack'], end: HangStack['stack']): boolean =>
  end.length > 0 && end.every(({ symbol }, index) => whole.at(index - end.length)?.symbol === symbol);

/** The stacks of a case's tasks as the agent saw them, the most telling first. */
export async function readTaskStacks(
  { tasks = [] }: CaseTranscript,
  { program, signal }: CaseRequest,
  locate: LocateProgram,
): Promise<HangStack[]> {
  const located = await locate(program, tasks, signal);
  return tasks
    .map((task, index) => ({ task, frames: located[index] ?? [] }))
    .toSorted((one, other) => compareStates(one.task.state, other.task.state))
    .map(({ task, frames }) => {
      const stack = asHangStack(task);
      return frames.length === 0 ? stack : { ...stack, program: frames };
    });
}

function asHangStack({ name, tid, state = '?', kernelStack, waitsIn }: CapturedTask): HangStack {
  // "[<0>] f+0x1/0x2" in each line, without a header.
  const lines = kernelStack.split('\n').map((line) => line.replace(/^\[<[0-9a-f]+>\]/u, ' '));
  const task = describeTask({ name, pid: tid, state, lines: ['Call Trace:', ...lines] });
  if (kernelStack !== '' || waitsIn === undefined) return task;
  return { ...task, stack: [{ symbol: waitsIn }] };
}

/** Signals of an access that failed. */
const ACCESS: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGBUS']);

/** Adds to a program that was followed, and killed by a signal, where that struck it. */
export async function explainDeath(
  transcript: CaseTranscript,
  { program, signal }: CaseRequest,
  locate: LocateProgram,
): Promise<CaseTranscript> {
  const { exit, tasks = [] } = transcript;
  const [task] = tasks;
  if (exit?.kind !== 'killed' || task?.signal === undefined) return transcript;
  const [stack = []] = await locate(program, [task], signal);
  const { code } = task.signal;
  // Of other faults it is that of the instruction, whose line says more.
  const address = ACCESS.has(exit.signal) ? task.signal.address : undefined;
  const struck: StruckProgram = { address, fault: code > 0, stack };
  const of = `The program was killed by ${exit.signal}${address === undefined ? '' : ` at address ${address}`}`;
  return {
    ...transcript,
    exit: { ...exit, struck },
    stacks: [{ kind: 'task', tid: task.tid, of, stack: [], program: stack, registers: {} }],
  };
}
