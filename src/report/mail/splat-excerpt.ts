import { architectures } from '../../arch/architectures.ts';
import { createNameMatcher } from '../../console/kernel-text/name-matcher.ts';
import { describeFrame } from '../../run/locate/locate-splat.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { plainLine } from '../../util/plain-text.ts';
import { wrapText } from './wrap-text.ts';

/** How many lines of a splat fit a mail; the record has all of them. */
const LINES = 14;

type Frame = NonNullable<NonNullable<CaseResult['splat']>['frames']>[number];

/** Lines that say where a kernel was, but not how it got there: registers, machine, modules, frames and rulers. */
const NOISE = [
  /^-+\[/u,
  /^<\/?\w+>$/u,
  /^\? /u,
  /^(?:CPU|Hardware name|Modules linked in|Code|Tainted|PKRU|FS|CS|SS|DS|EFLAGS|pstate|sp|lr|Call [tT]race|irq event stamp|(?:hard|soft)irqs last)\b.*:/u,
  /^(?:R[A-Z\d]{2}|CR\d|DR\d|x\d{1,2})\s*:/u,
  /^RIP: 0033:/u,
];

/** Frames for how the kernel was entered, whatever it did then. */
const isEntry = createNameMatcher(
  Object.values(architectures)
    .map(({ console }) => `${console.exceptions} ${console.outermost}`)
    .join(' '),
);

const isNoise = (line: string): boolean =>
  NOISE.some((noise) => noise.test(line)) ||
  isEntry(/^(?<name>[\w.]+)\+0x/u.exec(line)?.groups?.['name'] ?? '');

/** The part of a splat that a mail's reader needs: what it says, and where the kernel was. */
export function excerptSplat(splat: NonNullable<CaseResult['splat']>, margin: string): string[] {
  const { blame, frames = [], lines } = splat;
  const plain = lines.map(plainLine);
  const telling = plain.filter((line) => line !== '' && !isNoise(line));
  const located = frames.filter(({ file }) => file !== undefined);
  // Frames with source lines replace those with only offsets.
  const shown =
    located.length === 0
      ? telling.slice(0, LINES).map((line) => withoutIds(line))
      : [withoutIds(telling[0] ?? splat.title), ...located.slice(0, LINES - 1).map(describeOne)];
  const left = plain.length - Math.min(LINES, telling.length);
  return [
    ...(blame === undefined ? [] : wrapText(plainLine(blame), { first: `${margin}- `, rest: `${margin}  ` })),
    ...shown.flatMap((line) => wrapText(line, { first: `${margin}| `, rest: `${margin}|   ` })),
    ...(left > 0 ? [`${margin}| [the whole report is in the record]`] : []),
  ];
}

function describeOne(frame: Frame): string {
  return plainLine(
    `${frame.function}${frame.inlined === true ? ' (inlined)' : ''} at ${describeFrame(frame)}`,
  );
}

/** Which processor and process it happened to be is of no use to a reader. */
function withoutIds(line: string): string {
  return line.replace(/^(WARNING|BUG): CPU: \d+ PID: \d+ (?=at )/u, '$1: ');
}
