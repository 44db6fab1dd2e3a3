import { ARENA_PAGES } from '../model/process.ts';
import { MAPPING, PROGRAMS_MAX, REPLY, REPLY_STATES } from './window.ts';

/** What the guest answered to one call. */
export interface Answer {
  /** An errno, 0, or a number that stands for a signal. */
  readonly ending: number;
  readonly value: number;
}

/** A page as the kernel reports it and as it reads. */
export interface SeenPage {
  readonly isMapped: boolean;
  readonly access: string;
  readonly isShared: boolean;
  readonly isLocked: boolean;
  /** It was in memory before anything was read. */
  readonly isPresent: boolean;
  readonly content: number;
}

/** What the kernel counts for a process when it exits, in pages, since it began. */
export interface SeenCounters {
  readonly size: number;
  readonly locked: number;
}

/** What became of a batch. */
export type Reply =
  | {
      readonly kind: 'done';
      /** The kernel's taint behind the batch. */
      readonly taint: bigint;
      answer(call: number): Answer;
      counters(process: number): SeenCounters;
      /** The memory of a program in a process, when that exited. */
      page(process: number, program: number, page: number): SeenPage;
    }
  /** A process ended when it was not to. `status` is what wait() said. */
  | { readonly kind: 'died'; readonly process: number; readonly turn: number; readonly status: number }
  /** The executor itself could not go on, with this errno. */
  | { readonly kind: 'failed'; readonly errno: number };

/** Reads a reply. */
export function decodeReply(bytes: Buffer): Reply {
  const state = REPLY_STATES[bytes.readUInt32LE(REPLY.state)];
  const status = bytes.readUInt32LE(REPLY.status);
  if (state === 'died')
    return {
      kind: 'died',
      process: bytes.readUInt32LE(REPLY.process),
      turn: bytes.readUInt32LE(REPLY.turn),
      status,
    };
  if (state !== 'done') return { kind: 'failed', errno: status };
  return {
    kind: 'done',
    taint: bytes.readBigUInt64LE(REPLY.taint),
    answer(call) {
      const at = REPLY.answer + call * REPLY.answerBytes;
      return { ending: bytes.readUInt16LE(at), value: bytes.readUInt16LE(at + 2) };
    },
    counters(process) {
      const at = REPLY.counters + process * REPLY.counterBytes;
      return { size: bytes.readInt32LE(at), locked: bytes.readInt32LE(at + 4) };
    },
    page(process, program, page) {
      const index = (process * PROGRAMS_MAX + program) * ARENA_PAGES + page;
      const at = REPLY.look + index * REPLY.pageBytes;
      const flags = bytes[at] ?? 0;
      return {
        isMapped: (flags & MAPPING.mapped) !== 0,
        access: accessOf(flags),
        isShared: (flags & MAPPING.shared) !== 0,
        isLocked: (flags & MAPPING.locked) !== 0,
        isPresent: (flags & MAPPING.present) !== 0,
        content: bytes.readUInt16LE(at + 2),
      };
    },
  };
}

const ACCESS: Readonly<Record<number, string>> = {
  0: 'none',
  [MAPPING.read]: 'read',
  [MAPPING.read | MAPPING.write]: 'write',
};

/** As the model names it, or the letters of /proc/PID/maps where it knows no such thing. */
function accessOf(flags: number): string {
  const rights = flags & (MAPPING.read | MAPPING.write | MAPPING.execute);
  const letter = (bit: number, one: string): string => ((flags & bit) === 0 ? '-' : one);
  return (
    ACCESS[rights] ??
    `${letter(MAPPING.read, 'r')}${letter(MAPPING.write, 'w')}${letter(MAPPING.execute, 'x')}`
  );
}
