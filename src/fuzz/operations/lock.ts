import { choiceField } from '../language/field.ts';
import { defineOperation, type Actor, type Outcome } from '../language/operation.ts';
import { contentOf } from '../model/page.ts';
import { populateLocked } from '../model/populate.ts';
import { address, anyCountField, bytes, drawAnyRange, pageField, within } from './arguments.ts';

/** `mlock()` and `munlock()`. */
export const lock = defineOperation({
  name: 'mlock',
  guest: 'lock',
  fields: { page: pageField, count: anyCountField, mode: choiceField('unlock', 'lock') },
  generate(random, { process }) {
    const range = drawAnyRange(random, process);
    return range && { ...range, mode: random.pick(['lock', 'lock', 'unlock']) };
  },
  outcomes({ page, count, mode }, actor): readonly Outcome[] {
    if (count === 0) return [{ ending: 'none', because: 'there is nothing to lock' }];
    const { process } = actor;
    const mapped = process.mappedFrom(page, within(page, count));
    const locked = mode === 'lock';
    if (mapped < count)
      return [
        {
          ending: 'ENOMEM',
          because: 'a part of the range is not mapped',
          apply: () => setLock(actor, page, mapped, locked),
        },
      ];
    const canFill = process
      .range(page, count)
      .every((one) => one !== undefined && one.access !== 'none' && contentOf(one) !== undefined);
    return [
      {
        ending: locked && !canFill ? 'ENOMEM' : 'none',
        because: locked && !canFill ? 'a page of it cannot be filled' : 'all of it is mapped',
        apply() {
          setLock(actor, page, count, locked);
          if (locked) populateLocked(process, page, count);
        },
      },
    ];
  },
  source: ({ page, count, mode }) =>
    `${mode === 'lock' ? 'mlock' : 'munlock'}(${address(page)}, ${bytes(count)})`,
});

function setLock({ world, process }: Actor, first: number, count: number, locked: boolean): void {
  world.change(process, first, count, (page) => (page.locked === locked ? page : { ...page, locked }));
}
