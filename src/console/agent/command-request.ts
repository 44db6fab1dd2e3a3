import type { Readable } from 'node:stream';

/** The most bytes that the words of a command and its environment may have together; see guests/agent/input.h. */
export const WORDS_MAX_BYTES = 64 * 1024;

/** A command line and its surroundings in the guest. */
export interface CommandWords {
  /** The folder it is executed in. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The program, looked for in /bin and /usr/bin unless it has a slash, and its arguments. */
  readonly words: readonly string[];
}

/** One command to run. */
export interface CommandRequest extends CommandWords {
  /** Absent for none. */
  readonly timeout?: CommandTimeout | undefined;
  /** Pass on all that it prints; otherwise the middle of long output is left out, as it is for cases. */
  readonly whole?: boolean;
  /** What it reads; nothing when left out. */
  readonly stdin?: Readable | undefined;
  /** Receives what it prints, in order for each descriptor. */
  readonly onOutput?: (descriptor: 1 | 2, bytes: Buffer) => void;
  /** Settles when what was received has been dealt with; until then the command has to wait. */
  readonly settled?: () => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** How long a command may run. */
export interface CommandTimeout {
  readonly ms: number;
  /** Made longer for a slow guest, like the timeout of a case; otherwise as it is. */
  readonly isScaled: boolean;
}

/** One command that gets the serial line as its terminal. */
export interface ConsoleRequest extends CommandWords {
  readonly rows: number;
  readonly columns: number;
  /** Receives everything on the line while it is lent. */
  readonly onBytes: (bytes: Buffer) => void;
  /** From here on what is typed may be sent. */
  readonly onOpen: (send: (bytes: Uint8Array) => void) => void;
  /** From here on it may not. */
  readonly onClosed: () => void;
  readonly signal?: AbortSignal | undefined;
}
