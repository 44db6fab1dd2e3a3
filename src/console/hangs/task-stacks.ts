import { parseConsoleLine } from '../kernel-text/line.ts';
import type { HangStack } from './hang-stack.ts';
import type { StackFrame } from '../kernel-text/stacks/stack-frame.ts';
import { isTraceHeader, isTraceLine, parseFirstTrace } from '../kernel-text/stacks/stack-trace.ts';

/** A task, and the lines of its call trace with their header. */
export interface TracedTask {
  readonly name: string;
  readonly pid: number;
  readonly state: string;
  readonly lines: readonly string[];
}

interface ShownTask extends TracedTask {
  /** Whether it is the agent, which asked, or one of the kernel's own threads. */
  readonly ours: boolean;
  readonly lines: string[];
}

/** What SysRq says before it shows all tasks. */
const BEGINNING = 'Show State';
/** "task:init  state:R  running task  stack:0  pid:1  tgid:1  ppid:0"; before 6.4 without tgid. */
const TASK =
  /^task:(?<name>.+?) +state:(?<state>[A-Z])\b.*? pid: *(?<pid>\d+) +(?:tgid: *(?<tgid>\d+) +)?ppid: *(?<ppid>\d+)/u;
/** The agent is the first process, and the kernel's threads descend from the second. Neither has a parent. */
const AGENT = 1;
const KTHREADD = 2;
const NO_PARENT = 0;

const STATES: Readonly<Record<string, string>> = {
  R: 'was running',
  S: 'was asleep',
  D: 'was blocked',
  T: 'was stopped',
  t: 'was traced',
  Z: 'had ended',
};
/** How an interrupt gets from a program into the kernel: what follows says nothing about the program. */
const FROM_USER_SPACE = /^(?:irqentry_exit_to_user_mode|el0t_(?:32|64)_irq\w*|ret_from_intr)$/u;
const SCHEDULER = /^(?:__switch_to|context_switch|(?:__|io_)?schedule(?:_\w+)?)$/u;
/** First tasks that cannot continue, then those that run, then those that wait for something. */
const ORDER = 'DRStTZ';
const TASKS_MAX = 6;

/**
 * The stacks of a case's tasks in SysRq's list of all tasks: those of programs, and those of kernel threads that are
 * blocked. The most telling first. `states` limits them to tasks in these states.
 */
export function findTaskStacks(text: string, states = ORDER): HangStack[] {
  return parseTasks(text)
    .filter(({ ours, state }) => states.includes(state) && (!ours || state === 'D'))
    .toSorted((one, other) => compareStates(one.state, other.state) || one.pid - other.pid)
    .slice(0, TASKS_MAX)
    .map(describeTask);
}

/** Puts tasks into an order by their states: the most telling first. */
export function compareStates(one = '', other = ''): number {
  return ORDER.indexOf(one) - ORDER.indexOf(other);
}

/** The stack of a task in the lines of its call trace. */
export function describeTask({ name, pid, state, lines }: TracedTask): HangStack {
  const { frames, guesses } = parseFirstTrace(lines);
  const outside = frames.some(({ symbol }) => FROM_USER_SPACE.test(symbol));
  const what = STATES[state] ?? `was in state ${state}`;
  return {
    kind: 'task',
    tid: pid,
    of: `The task ${name} (${pid}) ${what}${outside ? ' outside of the kernel' : ''}`,
    stack: outside ? [] : withoutScheduler(frames.length > 0 ? frames : guesses),
    registers: {},
  };
}

function parseTasks(text: string): readonly ShownTask[] {
  const begin = text.lastIndexOf(BEGINNING);
  if (begin === -1) return [];
  const tasks: ShownTask[] = [];
  let open: ShownTask | undefined;
  for (const raw of text.slice(begin).split('\n').slice(1)) {
    const line = parseConsoleLine(raw).text;
    const found = TASK.exec(line)?.groups;
    if (found !== undefined) {
      const { name = '', state = '', pid, tgid, ppid } = found;
      const [thread, group, parent] = [pid, tgid, ppid].map(Number);
      const ours = [thread, group].includes(AGENT) || parent === KTHREADD || parent === NO_PARENT;
      open = { name, state, pid: Number(pid), ours, lines: [] };
      tasks.push(open);
    } else if (isTraceHeader(line) || isTraceLine(line)) open?.lines.push(line);
    else open = undefined;
  }
  return tasks;
}

/** Every task that does not run is in the scheduler; what matters is the caller. */
function withoutScheduler(frames: readonly StackFrame[]): readonly StackFrame[] {
  const first = frames.findIndex(({ symbol }) => !SCHEDULER.test(symbol));
  return first === -1 ? frames : frames.slice(first);
}
