import { choiceField } from '../language/field.ts';
import { defineOperation, type Outcome } from '../language/operation.ts';
import {
  address,
  anyCountField,
  bytes,
  drawAnyRange,
  drawEnd,
  endField,
  pageField,
  within,
} from './arguments.ts';

const MODES = [
  'MS_ASYNC',
  'MS_SYNC',
  'MS_INVALIDATE',
  'MS_ASYNC | MS_INVALIDATE',
  'MS_SYNC | MS_INVALIDATE',
  '0',
  'MS_ASYNC | MS_SYNC',
  '8',
] as const;

/** `msync()`, which has nothing to write here, but looks at the range. */
export const sync = defineOperation({
  name: 'msync',
  guest: 'sync',
  fields: { page: pageField, count: anyCountField, mode: choiceField(...MODES), end: endField },
  generate(random, { process }) {
    const range = drawAnyRange(random, process);
    return range && { ...range, mode: random.pick(MODES), end: drawEnd(random) };
  },
  outcomes({ page, count, mode }, { process }): readonly Outcome[] {
    if (mode === 'MS_ASYNC | MS_SYNC' || mode === '8')
      return [{ ending: 'EINVAL', because: 'the flags do not go together' }];
    if (count === 0) return [{ ending: 'none', because: 'there is nothing to write' }];
    const range = process.range(page, count);
    const hole: Outcome = { ending: 'ENOMEM', because: 'a part of the range is not mapped' };
    const hasHole = !process.isMapped(page, count) || within(page, count) < count;
    if (mode.includes('INVALIDATE') && range.some((one) => one?.locked === true)) {
      const busy: Outcome = { ending: 'EBUSY', because: 'a page of it is locked' };
      return hasHole ? [busy, hole] : [busy];
    }
    return [hasHole ? hole : { ending: 'none', because: 'all of it is mapped' }];
  },
  source: ({ page, count, mode, end }) => `msync(${address(page)}, ${bytes(count, end)}, ${mode})`,
});
