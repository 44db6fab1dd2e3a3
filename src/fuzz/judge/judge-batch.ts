import { constants } from 'node:os';
import type { Batch } from '../generate/draw-batch.ts';
import type { Answered } from '../guest/fuzz-guest.ts';
import type { EncodedBatch } from '../guest/encode-batch.ts';
import { troubleSignature, type Trouble } from '../guest/trouble.ts';
import { processName } from '../language/schedule.ts';
import type { Ending } from '../model/errno.ts';
import { describeDivergence, type Divergence } from './divergence.ts';
import { judgeProgram, type JudgeOptions } from './judge-program.ts';

/** Something that no program may make a kernel do. */
export type Failure =
  /** One program saw what the contract does not allow. */
  | {
      readonly kind: 'divergence';
      readonly program: number;
      readonly divergence: Divergence;
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
  return batch.flatMap((one, program): Failure[] => {
    const { divergence, endings } = judgeProgram(
      one,
      {
        answer: (turn, index) => reply.answer(answers[program]?.[turn]?.[index] ?? 0),
        page: (process, page) => reply.page(process, program, page),
      },
      options,
    );
    return divergence === undefined ? [] : [{ kind: 'divergence', program, divergence, endings }];
  });
}

/** What makes two failures the same. */
export function signatureOf(failure: Failure): string {
  if (failure.kind === 'divergence') return failure.divergence.signature;
  if (failure.kind === 'died') return `died: ${describeStatus(failure.status)}`;
  return troubleSignature(failure.trouble);
}

/** A failure in words, without a full stop. */
export function describeFailure(failure: Failure): string {
  if (failure.kind === 'divergence') return describeDivergence(failure.divergence);
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
