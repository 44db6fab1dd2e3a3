import { constants } from 'node:os';
import type { Batch } from '../generate/draw-batch.ts';
import type { SeenCounters } from '../guest/decode-reply.ts';
import type { Answered } from '../guest/fuzz-guest.ts';
import type { EncodedBatch } from '../guest/encode-batch.ts';
import { troubleSignature, type Trouble } from '../guest/trouble.ts';
import { processName } from '../language/schedule.ts';
import type { Ending } from '../model/errno.ts';
import { describeDivergence, type Divergence } from './divergence.ts';
import { judgeProgram, type Followed, type JudgeOptions } from './judge-program.ts';

/** Something that no program may make a kernel do. */
export type Failure =
  /** One program saw what the contract does not allow. */
  | {
      readonly kind: 'divergence';
      readonly program: number;
      readonly divergence: Divergence;
      readonly endings: ReadonlyMap<number, Ending>;
    }
  /** The kernel counts pages of a process wrongly; they are those of all programs together. */
  | {
      readonly kind: 'count';
      readonly process: number;
      readonly counter: Counter;
      readonly seen: number;
      readonly wanted: number;
      readonly endings: ReadonlyMap<number, Ending>;
    }
  /** A process ended when no program asked for it. */
  | { readonly kind: 'died'; readonly process: number; readonly status: number }
  /** The kernel reported something, hung or reset its machine. */
  | { readonly kind: 'trouble'; readonly trouble: Trouble };

/** Judges all programs of a batch. */
export function judgeBatch(
  batch: Batch,
  { answers }: EncodedBatch,
  answered: Answered,
  options: JudgeOptions,
): readonly Failure[] {
  if (answered.kind === 'lost') return [{ kind: 'trouble', trouble: answered.trouble }];
  const { reply } = answered;
  if (reply.kind === 'died') return [reply];
  if (reply.kind === 'failed') return [];
  const followed = batch.map((one, program) =>
    judgeProgram(
      one,
      {
        answer: (turn, index) => reply.answer(answers[program]?.[turn]?.[index] ?? 0),
        page: (process, page) => reply.page(process, program, page),
      },
      options,
    ),
  );
  const failures = followed.flatMap(({ divergence, endings }, program): Failure[] =>
    divergence === undefined ? [] : [{ kind: 'divergence', program, divergence, endings }],
  );
  // A program that did something else than the model says is counted otherwise, too.
  return failures.length > 0 ? failures : judgeCounters(followed, (process) => reply.counters(process));
}

/** The lines of /proc/PID/status that count pages. */
export type Counter = 'VmSize' | 'VmLck';

/** Compares what is counted for a process with all that its programs have there. */
function judgeCounters(
  followed: readonly Followed[],
  countersOf: (process: number) => SeenCounters,
): readonly Failure[] {
  const [first] = followed;
  return [...(first?.counters.keys() ?? [])].flatMap((process): Failure[] => {
    const sum = (name: keyof SeenCounters): number =>
      followed.reduce((all, { counters }) => all + (counters.get(process)?.[name] ?? 0), 0);
    const { size, locked } = countersOf(process);
    const endings = first?.endings ?? new Map<number, Ending>();
    const judge = (counter: Counter, seen: number, wanted: number): Failure[] =>
      seen === wanted ? [] : [{ kind: 'count', process, counter, seen, wanted, endings }];
    return [...judge('VmSize', size, sum('size')), ...judge('VmLck', locked, sum('locked'))];
  });
}

/** What makes two failures the same. */
export function signatureOf(failure: Failure): string {
  if (failure.kind === 'divergence') return failure.divergence.signature;
  if (failure.kind === 'count')
    return `count: ${failure.counter} too ${failure.seen > failure.wanted ? 'high' : 'low'}`;
  if (failure.kind === 'died') return `died: ${describeStatus(failure.status)}`;
  return troubleSignature(failure.trouble);
}

/** A failure in words, without a full stop. */
export function describeFailure(failure: Failure): string {
  if (failure.kind === 'divergence') return describeDivergence(failure.divergence);
  if (failure.kind === 'count') {
    const { process, counter, seen, wanted } = failure;
    return `process ${processName(process)} has ${seen} pages more in ${counter} when it exits than when it began, the model says ${wanted}`;
  }
  if (failure.kind === 'died')
    return `process ${processName(failure.process)} ended ${describeStatus(failure.status)}, which no program asks for`;
  return failure.trouble.title;
}

/** What wait() says of a process. */
function describeStatus(status: number): string {
  const signal = status & 0x7f;
  if (signal === 0) return `with status ${status >> 8}`;
  const [name] = Object.entries(constants.signals).find(([, number]) => number === signal) ?? [];
  return `by ${name ?? `signal ${signal}`}`;
}
