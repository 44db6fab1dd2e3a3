import { defineOperation } from '../language/operation.ts';
import { mustBePresent } from '../model/page.ts';
import { address, bytes, countField, drawEnd, drawRange, endField, pageField, within } from './arguments.ts';

/** `mincore()`: what was written to or filled is in memory, unless it may be in swap; of other pages it may say what it likes. */
export const residence = defineOperation({
  name: 'mincore',
  guest: 'residence',
  fields: { page: pageField, count: countField, end: endField },
  generate(random, { process }) {
    const range = drawRange(random, process);
    return range && { ...range, end: drawEnd(random) };
  },
  outcomes({ page, count }, { process, world }) {
    if (!process.isMapped(page, count) || within(page, count) < count)
      return [{ ending: 'ENOMEM', because: 'a part of the range is not mapped' }];
    const range = process.range(page, count);
    const present = range.reduce(
      (bits, one, index) =>
        one !== undefined && !world.mayBeSwapped && mustBePresent(one) ? bits | (1 << index) : bits,
      0,
    );
    return [
      {
        ending: 'none',
        because: 'all of it is mapped',
        expected: present,
        wrong(value) {
          const missing = range.findIndex((_, index) => (present & ~value & (1 << index)) !== 0);
          return missing === -1
            ? undefined
            : `mincore says that page ${page + missing}, which was filled, is not in memory`;
        },
      },
    ];
  },
  source({ page, count, end }) {
    return `mincore(${address(page)}, ${bytes(count, end)}, (unsigned char[${count}]){ 0 })`;
  },
});
