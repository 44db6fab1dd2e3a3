import type { Failure } from '../judge/judge-batch.ts';
import type { Divergence } from '../judge/divergence.ts';
import type { Operation } from '../language/operation.ts';
import { stepsOf, type Program, type Step } from '../language/program.ts';
import { processName } from '../language/schedule.ts';
import { address } from '../operations/arguments.ts';
import { wrapLine } from './wrap-line.ts';

interface Described {
  readonly program: Program;
  readonly failure: Failure;
  readonly operations: ReadonlyMap<string, Operation>;
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

function writeStep(step: Step, { failure, operations }: Described): string[] {
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
      return [comment, `expect_counter(__LINE__, "${failure.counter}:", ${failure.wanted});`];
    return diverges === undefined ? [] : [comment, ...writeCheck(diverges)];
  }
  const { name, args } = action.call;
  const source = operations.get(name)?.source(args, { step: step.number, pidOf }) ?? '';
  if (diverges?.expected.kind === 'content') return [comment, ...writeCheck(diverges)];
  const ending =
    diverges?.expected.kind === 'ending'
      ? diverges.expected.endings[0]
      : failure.kind === 'divergence' || failure.kind === 'count'
        ? failure.endings.get(step.number)
        : undefined;
  if (ending === undefined) return [comment, `(void)${source};`];
  return [comment, `expect(${source}, ${ERRORS[ending] ?? ending});`];
}

const pidOf = (process: number): string => `shared->pid[${process}]`;

/** Endings as the helpers of a reproducer have them. */
const ERRORS: Readonly<Record<string, string>> = { none: '0', SIGSEGV: 'EFAULT', SIGBUS: 'EIO' };

const hex = (value: number | undefined): string =>
  value === undefined || value === 0 ? '0' : `0x${value.toString(16)}`;

function writeCheck({ expected }: Divergence): string[] {
  if (expected.kind === 'mapping')
    return [`expect_mapping(__LINE__, ${address(expected.page)}, "${expected.rights ?? ''}");`];
  if (expected.kind === 'lock')
    return [`expect_locked(__LINE__, ${address(expected.page)}, ${expected.isLocked ? 1 : 0});`];
  if (expected.kind === 'presence') return [`expect_present(__LINE__, ${address(expected.page)});`];
  if (expected.kind !== 'content') return ['/* What is wrong here has no check in C. */'];
  const [value, other] = expected.values;
  const error = value === undefined ? 'EIO' : '0';
  return [
    `expect_content(__LINE__, ${address(expected.page)}, ${hex(value)}, ${hex(other ?? value)}, ${error});`,
  ];
}
