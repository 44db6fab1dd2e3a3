import { numberField } from '../../language/field.ts';
import { defineOperation, type Actor, type Outcome } from '../../language/operation.ts';
import { cut, UNTOUCHED } from '../../model/content.ts';
import { MEMFD_PAGES } from '../../model/world.ts';
import { bytes, drawEnd, endField } from '../arguments.ts';

/** `ftruncate()` of the memfd that all of a program's processes have. */
export const truncate = defineOperation({
  name: 'ftruncate',
  guest: 'truncate',
  fields: { count: numberField(0, MEMFD_PAGES), end: endField },
  generate: (random) => ({ count: random.between(0, MEMFD_PAGES), end: drawEnd(random) }),
  outcomes({ count, end }, actor): readonly Outcome[] {
    const { memfd, seals } = actor.world;
    const isHalf = end === 'ragged' && count > 0;
    const size = 2 * memfd.pages.length - (memfd.endsInPage ? 1 : 0);
    const wanted = 2 * count - (isHalf ? 1 : 0);
    if (wanted < size && seals.has('SHRINK'))
      return [{ ending: 'EPERM', because: 'the file is sealed against shrinking' }];
    if (wanted > size && seals.has('GROW'))
      return [{ ending: 'EPERM', because: 'the file is sealed against growing' }];
    return [
      {
        ending: 'none',
        because: 'the file may have any size',
        apply() {
          if (wanted !== size) resize(actor, count, isHalf);
        },
      },
    ];
  },
  source: ({ count, end }) => `ftruncate(memfd, ${bytes(count, end)})`,
});

/** What lies behind the new end is gone from all mappings, private copies included. */
function resize({ world }: Actor, count: number, endsInPage: boolean): void {
  const { memfd } = world;
  const wasCut = memfd.endsInPage ? memfd.pages.length - 1 : undefined;
  memfd.pages.length = Math.min(memfd.pages.length, count);
  while (memfd.pages.length < count) memfd.pages.push(UNTOUCHED);
  memfd.endsInPage = endsInPage;
  // What was written behind the end of a file shows, or not, when that grows.
  if (wasCut !== undefined && wasCut < count) memfd.pages[wasCut] = cut(world.step);
  if (endsInPage) memfd.pages[count - 1] = cut(world.step);
  for (const process of world.processes.values())
    for (const [index, page] of process.pages.entries())
      if (page?.source?.object === memfd && page.source.index >= count && page.own !== undefined)
        process.pages[index] = { ...page, own: undefined };
}
