import { constants } from 'node:os';

/** How an operation ended: `none` for success, an errno's name, or the signal that an access raised. */
export type Ending = string;

/** What the executor answers instead of an errno where an access raised a signal. */
const SIGNALS = new Map([
  [0xfff1, 'SIGSEGV'],
  [0xfff2, 'SIGBUS'],
]);

const NAMES = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));

/** The name of what the executor answered. The numbers are the same on all architectures that kgate boots. */
export function endingOf(error: number): Ending {
  if (error === 0) return 'none';
  return SIGNALS.get(error) ?? NAMES.get(error) ?? `ERRNO_${error}`;
}
