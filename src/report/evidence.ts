import type { CaseResult } from '../run/record.ts';
import { plainText } from '../util/plain-text.ts';

/** What a console showed of a case that went wrong. A splat's lines are the end of the console already. */
export function evidenceOf({ splat, tail = [] }: CaseResult): string[] {
  const lines = (splat?.lines ?? tail).map(plainText);
  return lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1);
}
