import { defineOperation } from '../language/operation.ts';
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

/** `munmap()`, which does not mind holes. */
export const unmap = defineOperation({
  name: 'munmap',
  guest: 'unmap',
  fields: { page: pageField, count: anyCountField, end: endField },
  generate(random, { process }) {
    const range = drawAnyRange(random, process);
    return range && { ...range, end: drawEnd(random) };
  },
  outcomes({ page, count }, { world, process }) {
    if (count === 0) return [{ ending: 'EINVAL', because: 'the length is 0' }];
    return [
      {
        ending: 'none',
        because: 'any range of pages may be unmapped',
        apply: () => world.unmap(process, page, within(page, count)),
      },
    ];
  },
  source: ({ page, count, end }) => `munmap(${address(page)}, ${bytes(count, end)})`,
});
