import { describeFrame } from '../../run/locate/locate-splat.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { plainText } from '../../util/plain-text.ts';

/**
 * What the console shows about a case that went wrong. A splat is already the end of the console, and the stacks of a
 * hang say more than the console does.
 */
export function evidenceOf({ splat, stacks, tail = [] }: CaseResult): string[] {
  const lines = (splat?.lines ?? (stacks === undefined ? tail : stacks.flatMap(linesOf))).map(plainText);
  return lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1);
}

function linesOf({ of, frames }: NonNullable<CaseResult['stacks']>[number]): string[] {
  return [`${of}:`, ...frames.map((frame) => `  ${frame.function} ${describeFrame(frame)}`.trimEnd())];
}
