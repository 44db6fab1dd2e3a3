import { kept, numberField } from '../language/field.ts';
import { defineOperation } from '../language/operation.ts';
import { describePage, endOfWrite } from '../model/access.ts';
import { written } from '../model/content.ts';
import { writePage } from '../model/set-content.ts';
import { address, drawPage, pageField } from './arguments.ts';

/** Marks the numbers of steps in values. */
export const VALUES_MAX = 250;

/** Writes a value of its own into the first, the middle and the last word of a page. */
export const write = defineOperation({
  name: 'write',
  guest: 'write_page',
  fields: { page: pageField, mark: kept(numberField(1, VALUES_MAX)) },
  generate(random, { process, world }) {
    // What children must find empty had better hold something.
    const isKept = random.chance(0.3);
    const page = drawPage(
      random,
      process,
      ({ access, wipeOnFork }) => access === 'write' && (!isKept || wipeOnFork),
    );
    return page === undefined ? undefined : { page, mark: Math.min(world.step, VALUES_MAX) };
  },
  outcomes({ page: number, mark }, { process, world }) {
    const page = process.pages[number];
    const ending = endOfWrite(page);
    if (ending !== 'none') return [{ ending, because: describePage(page) }];
    return [
      {
        ending,
        because: describePage(page),
        apply: () => writePage(world, process, number, written(valueOf(mark, number), world.step)),
      },
    ];
  },
  source: ({ page, mark }) => `write_page(${address(page)}, 0x${valueOf(mark, page).toString(16)})`,
});

/** What is written: unique in its program, and it says which page was written to. */
export const valueOf = (mark: number, page: number): number => (mark << 8) | page;
