import { kept, numberField } from '../../language/field.ts';
import { defineOperation, type Actor, type Outcome } from '../../language/operation.ts';
import { cut, UNTOUCHED, written } from '../../model/content.ts';
import { isWriteSealed, MEMFD_PAGES } from '../../model/world.ts';
import { bytes } from '../arguments.ts';
import { valueOf, VALUES_MAX } from '../write.ts';

/** `pwrite()` of a page of the memfd, which grows where it ends before that. */
export const writeFile = defineOperation({
  name: 'pwrite',
  guest: 'write_file',
  fields: { page: numberField(0, MEMFD_PAGES - 1), mark: kept(numberField(1, VALUES_MAX)) },
  generate(random, { world }) {
    const { length } = world.memfd.pages;
    const last = world.memfd.endsInPage ? length - 1 : length - random.below(2);
    const near = Math.min(MEMFD_PAGES - 1, Math.max(0, last));
    return {
      page: random.chance(0.3) ? near : random.below(MEMFD_PAGES),
      mark: Math.min(world.step, VALUES_MAX),
    };
  },
  outcomes({ page, mark }, actor): readonly Outcome[] {
    const { memfd, seals } = actor.world;
    if (isWriteSealed(actor.world))
      return [{ ending: 'EPERM', because: 'the file is sealed against writing' }];
    const { length } = memfd.pages;
    const grows = page >= length || (page === length - 1 && memfd.endsInPage);
    if (grows && seals.has('GROW'))
      return [{ ending: 'EPERM', because: 'the file is sealed against growing' }];
    return [
      {
        ending: 'none',
        because: 'the file may be written to',
        apply: () => fill(actor, page, valueOf(mark, page)),
      },
    ];
  },
  source: ({ page, mark }) =>
    `write_file(${page === 0 ? '0' : bytes(page)}, 0x${valueOf(mark, page).toString(16)})`,
});

function fill({ world }: Actor, page: number, value: number): void {
  const { memfd } = world;
  const last = memfd.pages.length - 1;
  if (page > last && memfd.endsInPage) memfd.pages[last] = cut(world.step);
  if (page >= last) memfd.endsInPage = false;
  while (memfd.pages.length <= page) memfd.pages.push(UNTOUCHED);
  memfd.pages[page] = written(value, world.step);
}
