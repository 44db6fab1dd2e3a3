import type { Failure } from '../judge/judge-batch.ts';
import type { Divergence, Expectation } from '../judge/divergence.ts';
import type { Operation } from '../language/operation.ts';
import { stepsOf, type Program, type Step } from '../language/program.ts';
import { processName } from '../language/schedule.ts';
import { wrapLine } from './wrap-line.ts';

interface Described {
  readonly program: Program;
  readonly failure: Failure;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly wording: Wording;
}

/** How what is known of a program is put into C. */
export interface Wording {
  /** A call that is to end in one of these ways. */
  call(this: void, step: number, source: string, endings: readonly string[]): string;
  /** What shows the failure after the last step before it. */
  check(this: void, expected: Expectation): string[];
  count(this: void, counter: string, wanted: number): string[];
}

/** What a process is called in C. */
export const functionOf = (process: number): string => `process_${processName(process).toLowerCase()}`;

/** Every process as a function, those that are forked before those that fork them. */
export function writeProcesses(described: Described): string {
  const { program } = described;
  const steps = stepsOf(program);
  const processes = [...new Set(steps.map(({ process }) => process))].toSorted((one, two) => two - one);
  const declared = steps.flatMap(({ action }) => (action.kind === 'fork' ? [action.child] : []));
  const declarations = declared.map((child) => `static void ${functionOf(child)}(void);\n`);
  const functions = processes.map((process) => writeProcess(process, steps, described));
  return [...(declarations.length > 0 ? [declarations.join('')] : []), ...functions].join('\n');
}

function writeProcess(process: number, steps: readonly Step[], described: Described): string {
  const own = Map.groupBy(
    steps.filter((step) => step.process === process),
    ({ turn }) => turn,
  );
  const turns = [...own].map(([turn, inTurn]) => writeTurn(turn, inTurn, described));
  return [
    `static void ${functionOf(process)}(void)`,
    '{',
    turns.filter((turn) => turn !== '').join('\n\n'),
    '}',
    '',
  ].join('\n');
}

/** Whether a program has one process only. */
export function isAlone({ schedule }: Program): boolean {
  return schedule.roots.length === 1 && schedule.turns.every(({ kind }) => kind !== 'fork');
}

function writeTurn(turn: number, steps: readonly Step[], described: Described): string {
  const { turns } = described.program.schedule;
  const actions = steps.flatMap((step) => writeStep(step, described));
  // A process that is alone needs no turns.
  if (isAlone(described.program)) return actions.map((line) => wrapLine(`\t${line}`)).join('\n');
  const before = turns[turn - 1];
  const waits = before?.kind === 'exit' ? [`await_exit(shared->pid[${before.process}]);`] : [];
  const last = steps.at(-1);
  const ends = last?.action.kind === 'exit' ? ['end_turn();', '_exit(0);'] : ['end_turn();'];
  const lines = [`await_turn(${turn});`, ...waits, ...actions, ...ends];
  return lines.map((line) => wrapLine(`\t${line}`)).join('\n');
}

function writeStep(step: Step, { failure, operations, wording }: Described): string[] {
  const divergence = failure.kind === 'divergence' ? failure.divergence : undefined;
  const diverges = divergence?.step === step.number ? divergence : undefined;
  const comment = `/* step ${step.number} */`;
  const { action } = step;
  if (action.kind === 'fork')
    return [
      comment,
      `shared->pid[${action.child}] = fork();`,
      `if (shared->pid[${action.child}] == 0)`,
      `\t${functionOf(action.child)}();`,
    ];
  if (action.kind === 'exit') {
    if (failure.kind === 'count' && failure.process === step.process)
      return [comment, ...wording.count(failure.counter, failure.wanted)];
    return diverges === undefined ? [] : [comment, ...wording.check(diverges.expected)];
  }
  const { name, args } = action.call;
  const source = operations.get(name)?.source(args, { step: step.number, pidOf }) ?? '';
  if (diverges?.expected.kind === 'content') return [comment, ...wording.check(diverges.expected)];
  const endings = endingsOf(step, failure, diverges);
  return [comment, endings === undefined ? `(void)${source};` : wording.call(step.number, source, endings)];
}

/** How a call ends before the failure, or is to end where that is the failure; undefined behind it. */
function endingsOf(
  { number }: Step,
  failure: Failure,
  diverges: Divergence | undefined,
): readonly string[] | undefined {
  if (diverges?.expected.kind === 'ending') return diverges.expected.endings;
  if (failure.kind !== 'divergence' && failure.kind !== 'count') return undefined;
  const ending = failure.endings.get(number);
  return ending === undefined ? undefined : [ending];
}

const pidOf = (process: number): string => `shared->pid[${process}]`;
