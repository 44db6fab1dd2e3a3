import { architectures } from '../../../arch/architectures.ts';
import { OTHER_ARCHITECTURES } from '../other-architectures.ts';
import { SYMBOL_SOURCE, toFrame, type StackFrame } from './stack-frame.ts';

const shown = Object.values(architectures).map(({ console }) => console);
const others = Object.values(OTHER_ARCHITECTURES);
const anyOf = (sources: readonly string[]): string => `^(?:${sources.join('|')})`;

const PLACE_SOURCE = anyOf([...shown, ...others].map(({ place }) => place));
/** Followed by the symbol with its offset, or with a script's replacement for that. */
const NAMED = String.raw`(?:${SYMBOL_SOURCE}|(?<caller>[A-Za-z_][\w.$]*) \([\w./+?-]+:[\d?])`;
const PLACE = new RegExp(PLACE_SOURCE + NAMED, 'u');
const RETURN = new RegExp(
  anyOf([...shown, ...others].flatMap(({ returnPlace }) => returnPlace ?? [])) + NAMED,
  'u',
);
const REGISTERS = new RegExp(
  anyOf([
    ...shown.map(({ registers }) => registers.line),
    ...others.flatMap(({ within }) => within ?? []),
    'ORIG_RAX: |RSP: |DR\\d: |PKRU: ',
  ]),
  'u',
);

/** The function the processor was in when the report was made, if the report says; after a wild jump it has no name. */
export function findPlace(lines: readonly string[]): StackFrame | undefined {
  return firstFrame(lines, PLACE);
}

/** The function the processor would have returned to, if the report says. */
export function findReturn(lines: readonly string[]): StackFrame | undefined {
  return firstFrame(lines, RETURN);
}

/** Whether a line says where a processor was. */
export function isPlace(line: string): boolean {
  return PLACE.test(line);
}

/** Whether a line shows registers, as in a call trace where an exception entered the kernel. */
export function isRegisterLine(line: string): boolean {
  return REGISTERS.test(line);
}

function firstFrame(lines: readonly string[], pattern: RegExp): StackFrame | undefined {
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match !== null) return toFrame(match);
  }
  return undefined;
}
