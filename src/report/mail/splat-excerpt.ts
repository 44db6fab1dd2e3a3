import { plainLine } from '../../util/plain-text.ts';
import { wrapText } from './wrap-text.ts';

/** Lines of a report that somebody who reads mail needs; all are in the record. */
const LINES = 14;

/** What says where a kernel was, but not how it came there: registers, machine, modules, frames and their rulers. */
const NOISE = [
  /^-+\[/u,
  /^<\/?\w+>$/u,
  /^\? /u,
  /^(?:CPU|Hardware name|Modules linked in|Code|Tainted|PKRU|FS|CS|SS|DS|EFLAGS|pstate|sp|lr|Call [tT]race|irq event stamp|(?:hard|soft)irqs last)\b.*:/u,
  /^(?:R[A-Z\d]{2}|CR\d|DR\d|x\d{1,2})\s*:/u,
  /^RIP: 0033:/u,
  /^(?:do_syscall_64|entry_SYSCALL|x64_sys_call|el0|el0t_64_sync|invoke_syscall|do_el0_svc|el0_svc)\w*\+/u,
];

/** The lines of a splat that a reader of a mail needs, and no more. */
export function excerptSplat(lines: readonly string[], margin: string): string[] {
  const plain = lines.map(plainLine);
  const telling = plain.filter((line) => line !== '' && !NOISE.some((noise) => noise.test(line)));
  const shown = telling.slice(0, LINES).map((line) => withoutIds(line));
  const left = plain.length - shown.length;
  return [
    ...shown.flatMap((line) => wrapText(line, { first: `${margin}| `, rest: `${margin}|   ` })),
    ...(left > 0 ? [`${margin}| [${left} more lines in the record]`] : []),
  ];
}

/** Which processor and process it happened to be says nothing to a reader. */
function withoutIds(line: string): string {
  return line.replace(/^(WARNING|BUG): CPU: \d+ PID: \d+ (?=at )/u, '$1: ');
}
