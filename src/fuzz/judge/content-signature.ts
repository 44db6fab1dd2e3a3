import { describeSeen } from '../model/seen.ts';

/** Above all values that programs write. */
const SPECIAL = 0xff00;

/** Contents that are wrong in the same way are the same failure, in any process. */
export function contentSignature(seen: number): string {
  if (seen === 0) return 'content: zeroes';
  return `content: ${seen < SPECIAL ? 'another value' : describeSeen(seen)}`;
}
