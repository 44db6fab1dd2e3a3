/**
 * How a kernel's console text shows its architecture. Regular expressions are given as their source, without an anchor:
 * they match at the beginning of a line. Lists hold names of functions, where a star matches any rest.
 */
export interface ConsoleText {
  /** Text that no other architecture prints, anywhere in a line. */
  readonly signs: RegExp;
  /** The text before "symbol+0x1/0x2" where a report gives the processor's current instruction. */
  readonly place: string;
  /** The same for the instruction to which the processor would have returned, if reports give it. */
  readonly returnPlace?: string;
  readonly registers: {
    /** How a line with registers begins. */
    readonly line: string;
    /** A register's name, before its colon and value. */
    readonly name: string;
    /** The text before a register's value given as a symbol, with the register's name as the group `name`. */
    readonly symbolic: string;
  };
  /** The functions from an exception to its report. */
  readonly exceptions: string;
  /** The functions from an interrupt to its handler. */
  readonly interrupts: string;
  /** Functions without a caller: a task or a processor enters the kernel in them. */
  readonly outermost: string;
}
