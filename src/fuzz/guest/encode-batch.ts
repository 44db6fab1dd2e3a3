import { InternalError, UsageError } from '../../errors.ts';
import type { Batch } from '../generate/draw-batch.ts';
import type { Call, Operation } from '../language/operation.ts';
import { CALLS_MAX, PROGRAMS_MAX, REPLY_AT, REQUEST, TURN_KINDS, TURNS_MAX } from './window.ts';

/** Finds operations: what they are, and the numbers that an executor knows them by. */
export interface Vocabulary {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly numbers: ReadonlyMap<string, number>;
}

/** A batch as an executor reads it, and where each call's answer will be. */
export interface EncodedBatch {
  readonly bytes: Buffer;
  /** By program, turn, and place in the turn. */
  readonly answers: readonly (readonly (readonly number[])[])[];
  readonly calls: number;
}

/** Writes a batch for an executor. The calls of all programs in a turn stand one behind the other. */
export function encodeBatch(batch: Batch, vocabulary: Vocabulary): EncodedBatch {
  const [first] = batch;
  if (first === undefined || batch.length > PROGRAMS_MAX || first.schedule.turns.length >= TURNS_MAX)
    throw new InternalError(`A batch has ${batch.length} programs.`, { code: 'INTERNAL_FUZZ_BATCH' });
  const { roots, turns } = first.schedule;
  const bytes = Buffer.alloc(REPLY_AT);
  const answers = batch.map((): number[][] => []);
  let calls = 0;
  for (const [number, turn] of turns.entries()) {
    const at = REQUEST.turn + number * REQUEST.turnBytes;
    bytes[at] = turn.process;
    bytes[at + 1] = TURN_KINDS.indexOf(turn.kind);
    bytes[at + 2] = turn.kind === 'fork' ? turn.child : 0;
    bytes.writeUInt16LE(calls, at + 4);
    for (const [program, { calls: all }] of batch.entries()) {
      const places = (all[number] ?? []).map((call) => {
        encodeCall(bytes, calls, program, call, vocabulary);
        calls += 1;
        return calls - 1;
      });
      answers[program]?.push(places);
    }
    bytes.writeUInt16LE(calls - bytes.readUInt16LE(at + 4), at + 6);
  }
  bytes.writeUInt32LE(
    roots.reduce((bits, root) => bits | (1 << root), 0),
    REQUEST.roots,
  );
  bytes.writeUInt32LE(batch.length, REQUEST.programs);
  bytes.writeUInt32LE(turns.length, REQUEST.turns);
  bytes.writeUInt32LE(calls, REQUEST.calls);
  return { bytes, answers, calls };
}

function encodeCall(
  bytes: Buffer,
  index: number,
  program: number,
  { name, args }: Call,
  { operations, numbers }: Vocabulary,
): void {
  const operation = operations.get(name);
  if (operation === undefined || index >= CALLS_MAX)
    throw new InternalError(`The call ${index} of a batch, ${name}, cannot be sent.`, {
      code: 'INTERNAL_FUZZ_BATCH',
    });
  const number = numbers.get(operation.guest);
  if (number === undefined)
    throw new UsageError(`The executor has no OPERATION(${operation.guest}), which "${name}" needs.`, {
      code: 'FUZZ_OPERATION_MISSING',
      hint: 'Write it in a C file in guests/fuzz/libraries/fuzz/lib; see docs/fuzzing.md.',
    });
  const at = REQUEST.call + index * REQUEST.callBytes;
  bytes[at] = number;
  bytes[at + 1] = program;
  for (const [place, [field, { encode }]] of Object.entries(operation.fields).entries())
    bytes[at + 2 + place] = encode(args[field] ?? 0);
}
