import type { Answer, SeenCounters, SeenPage } from '../guest/decode-reply.ts';
import type { Call, Operation, Outcome } from '../language/operation.ts';
import { stepsOf, type Program } from '../language/program.ts';
import { endingOf, type Ending } from '../model/errno.ts';
import type { Process } from '../model/process.ts';
import { World, type KernelFacts } from '../model/world.ts';
import { contentSignature } from './content-signature.ts';
import type { Divergence } from './divergence.ts';
import { judgeLook, type Wrong } from './judge-look.ts';

/** What a guest showed of one program. */
export interface Observed {
  answer(turn: number, index: number): Answer;
  page(process: number, page: number): SeenPage;
}

export interface JudgeOptions {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly kernel: KernelFacts;
}

/** What following a program showed. */
export interface Followed {
  /** The first thing that the contract does not allow. */
  readonly divergence: Divergence | undefined;
  /** What the kernel has to count for each process when it exits, up to there. */
  readonly counters: ReadonlyMap<number, SeenCounters>;
  /** How each call ended up to there, by the number of its step. */
  readonly endings: ReadonlyMap<number, Ending>;
}

/** Follows a program with the model, up to the first thing that the contract does not allow. */
export function judgeProgram(program: Program, observed: Observed, options: JudgeOptions): Followed {
  const world = new World(options.kernel, program.schedule.roots);
  const endings = new Map<number, Ending>();
  const counters = new Map<number, SeenCounters>();
  for (const { number: step, turn, process, action } of stepsOf(program)) {
    world.step = step;
    const actor = { world, process: world.living(process), number: process };
    let wrong: Wrong | undefined;
    if (action.kind === 'fork') world.fork(process, action.child);
    else if (action.kind === 'exit') {
      wrong = judgeLook(actor.process, (page) => observed.page(process, page), world.mayBeSwapped);
      counters.set(process, countPages(actor.process));
      actor.process.isAlive = false;
    } else {
      const { call, index } = action;
      const operation = options.operations.get(call.name);
      if (operation === undefined) throw new RangeError(`There is no operation ${call.name}.`);
      const answer = observed.answer(turn, index);
      wrong = judgeCall(call, operation.outcomes(call.args, actor), answer);
      endings.set(step, endingOf(answer.ending));
    }
    if (wrong !== undefined) return { divergence: { step, process, ...wrong }, counters, endings };
  }
  return { divergence: undefined, counters, endings };
}

function countPages({ pages }: Process): SeenCounters {
  const mapped = pages.filter((page) => page !== undefined);
  return { size: mapped.length, locked: mapped.filter(({ locked }) => locked).length };
}

/** Applies the outcome that fits the answer; says what is wrong where none does. */
function judgeCall(
  { name }: Call,
  outcomes: readonly Outcome[],
  { ending: error, value }: Answer,
): Wrong | undefined {
  const ending = endingOf(error);
  const fitting = outcomes.filter((outcome) => outcome.ending === ending);
  if (fitting.length === 0) {
    const endings = [...new Set(outcomes.map((one) => one.ending))];
    const allowed = outcomes.map((one) => `${describeEnding(one.ending)}, because ${one.because}`);
    return {
      text: `${name} ends with ${describeEnding(ending)}, the model says ${allowed.join('; or ')}`,
      signature: `${name}: ${ending} instead of ${endings.join(' or ')}`,
      expected: { kind: 'ending', endings },
    };
  }
  const right = fitting.find((outcome) => outcome.wrong?.(value) === undefined);
  if (right !== undefined) {
    right.apply?.(value);
    return undefined;
  }
  const [first] = fitting;
  return {
    text: first?.wrong?.(value) ?? '',
    signature: first?.shows === undefined ? `${name}: wrong value` : contentSignature(value),
    expected: first?.shows === undefined ? { kind: 'value' } : { kind: 'content', ...first.shows },
  };
}

const describeEnding = (ending: string): string => (ending === 'none' ? 'success' : ending);
