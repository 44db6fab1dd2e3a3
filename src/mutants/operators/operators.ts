import type { CodePlace, LineEdit } from './code-place.ts';
import { dropCall } from './drop-call.ts';
import { dropUnlock } from './drop-unlock.ts';
import { negateCondition } from './negate-condition.ts';
import { offByOne } from './off-by-one.ts';
import { swapError } from './swap-error.ts';

/** The kinds of small bugs, the most telling first. */
export const OPERATOR_NAMES = [
  'negated condition',
  'swapped error',
  'off by one',
  'dropped unlock',
  'dropped call',
] as const;

export type OperatorName = (typeof OPERATOR_NAMES)[number];

/** What each makes of a line; nothing where it does not fit. */
export const OPERATORS: Readonly<Record<OperatorName, (place: CodePlace) => LineEdit | undefined>> = {
  'negated condition': negateCondition,
  'swapped error': swapError,
  'off by one': offByOne,
  'dropped unlock': dropUnlock,
  'dropped call': dropCall,
};
