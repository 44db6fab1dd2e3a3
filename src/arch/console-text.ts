/**
 * What the console of a kernel shows of its architecture. Regular expressions are given as their source, without an
 * anchor: they stand for the beginning of a line. Lists hold names of functions, where a star stands for any rest.
 */
export interface ConsoleText {
  /** What no other architecture prints, anywhere in a line. */
  readonly signs: RegExp;
  /** What stands before "symbol+0x1/0x2" where a report says at which instruction the processor was. */
  readonly place: string;
  /** The same of the instruction to which the processor would have returned, if reports say. */
  readonly returnPlace?: string;
  readonly registers: {
    /** How a line that holds registers begins. */
    readonly line: string;
    /** A register's name, before its colon and value. */
    readonly name: string;
    /** The text before a register's value given as a symbol, with the register's name as the group `name`. */
    readonly symbolic: string;
  };
  /** Before the name of a system call's own function, where the entry into the kernel ends. */
  readonly systemCallPrefixes: readonly string[];
  /** The functions from an exception to its report. */
  readonly exceptions: string;
  /** The functions from an interrupt to its handler. */
  readonly interrupts: string;
  /** Functions without a caller: a task or a processor enters the kernel in them. */
  readonly outermost: string;
}
