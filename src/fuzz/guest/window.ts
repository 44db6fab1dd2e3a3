import { ARENA_PAGES } from '../model/process.ts';
import { PROCESSES_MAX } from '../model/world.ts';

/**
 * The window of memory that host and executor share, as guests/fuzz/libraries/fuzz/include/fuzz/window.h has it.
 * Numbers are little-endian.
 */

/** Its size. */
export const WINDOW_BYTES = 4 * 2 ** 20;
export const WINDOW_MAGIC = 0x6b676174;
/** Requests that may be under way at once. */
export const SLOTS = 8;
const SLOT_BYTES = 2 ** 16;
/** Where a program to be executed as it is lies instead of slots; its length stands where requests are counted. */
export const PROGRAM_AT = SLOT_BYTES;
export const PROGRAM_BYTES_MAX = WINDOW_BYTES - PROGRAM_AT;

/** Programs that share a schedule, at most. */
export const PROGRAMS_MAX = 16;
export const TURNS_MAX = 64;
export const CALLS_MAX = 2_048;

export const CONTROL = {
  magic: 0,
  posted: 4,
  finished: 8,
  pageSize: 12,
  names: 16,
  namesBytes: 4_000,
  bytes: 4_016,
} as const;

export const REQUEST = {
  roots: 0,
  programs: 4,
  turns: 8,
  calls: 12,
  turn: 16,
  turnBytes: 8,
  call: 16 + TURNS_MAX * 8,
  callBytes: 12,
} as const;

/** Where a slot's reply begins. */
export const REPLY_AT = REQUEST.call + CALLS_MAX * REQUEST.callBytes;

export const REPLY = {
  state: 0,
  turn: 4,
  process: 8,
  status: 12,
  taint: 16,
  counters: 24,
  counterBytes: 8,
  answer: 24 + PROCESSES_MAX * 8,
  answerBytes: 4,
  look: 24 + PROCESSES_MAX * 8 + CALLS_MAX * 4,
  pageBytes: 4,
} as const;

/** The size of a reply. */
export const REPLY_BYTES = REPLY.look + PROCESSES_MAX * PROGRAMS_MAX * ARENA_PAGES * REPLY.pageBytes;

export const REPLY_STATES = ['none', 'done', 'died', 'failed'] as const;

export const TURN_KINDS = ['run', 'fork', 'exit'] as const;

export const MAPPING = {
  read: 0x01,
  write: 0x02,
  execute: 0x04,
  shared: 0x08,
  locked: 0x10,
  present: 0x20,
  mapped: 0x80,
} as const;

/** Where a slot begins in the window. */
export const slotAt = (number: number): number => SLOT_BYTES * (1 + (number % SLOTS));
