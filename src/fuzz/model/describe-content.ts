import type { Content } from './content.ts';
import { describeSeen } from './seen.ts';

/** A content in words, with where it came from: `0x203, written in step 2`. */
export function describeContent({ value, mayBeZero, isUnknown, how, step }: Content): string {
  if (isUnknown === true) return `anything (${how} in step ${step})`;
  const origin = how === 'never written' ? how : `${how} in step ${step}`;
  return `${describeSeen(value)}${mayBeZero && value !== 0 ? ' or 0' : ''} (${origin})`;
}
