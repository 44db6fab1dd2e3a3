import type { SourceFunction } from '../../coverage/lines/function-names.ts';

/** Whether a function returns 0 or a negative error number, as far as its head tells. */
export function returnsInteger(around: SourceFunction, text: readonly string[]): boolean {
  const head = headOf(around, text);
  return /^SYSCALL_DEFINE\d\(/u.test(head) || /\b(?:int|long|ssize_t|loff_t)\s+$/u.test(typeOf(head, around));
}

/** Whether it returns a pointer. */
export function returnsPointer(around: SourceFunction, text: readonly string[]): boolean {
  return /\*\s*$/u.test(typeOf(headOf(around, text), around));
}

/** All that is before a function's body. */
function headOf({ from, to }: SourceFunction, text: readonly string[]): string {
  const lines = text.slice(from - 1, to);
  const brace = lines.findIndex((line) => line.startsWith('{'));
  return lines.slice(0, Math.max(0, brace)).join(' ');
}

function typeOf(head: string, { name }: SourceFunction): string {
  const at = name === undefined ? -1 : head.search(new RegExp(`\\b${name}\\s*\\(`, 'u'));
  const type = at === -1 ? '' : head.slice(0, at);
  return /\bunsigned\b/u.test(type) ? '' : type;
}
