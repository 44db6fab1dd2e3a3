import { choiceField } from '../language/field.ts';
import { defineOperation, type Actor, type Outcome } from '../language/operation.ts';
import { zeroed } from '../model/content.ts';
import { contentOf, madeOwn, type Page } from '../model/page.ts';
import { address, anyCountField, bytes, drawAnyRange, pageField, within } from './arguments.ts';

const ADVICE = [
  'DONTNEED',
  'FREE',
  'DONTFORK',
  'DOFORK',
  'WIPEONFORK',
  'KEEPONFORK',
  'COLD',
  'PAGEOUT',
  'POPULATE_READ',
  'POPULATE_WRITE',
] as const;

type Advice = (typeof ADVICE)[number];

/** `madvise()`: passes over holes, and says at the end that there were some. */
export const advise = defineOperation({
  name: 'madvise',
  guest: 'advise',
  fields: { page: pageField, count: anyCountField, advice: choiceField(...ADVICE) },
  generate(random, { process }) {
    const range = drawAnyRange(random, process);
    return (
      range && { ...range, advice: random.pick([...ADVICE, 'DONTNEED', 'FREE', 'DONTFORK', 'WIPEONFORK']) }
    );
  },
  outcomes({ page, count, advice }, actor): readonly Outcome[] {
    if (count === 0) return [{ ending: 'none', because: 'there is nothing to advise on' }];
    if (advice === 'POPULATE_READ' || advice === 'POPULATE_WRITE')
      return [populate(page, count, advice, actor)];
    return [visit(page, count, advice, actor)];
  },
  source: ({ page, count, advice }) => `madvise(${address(page)}, ${bytes(count)}, MADV_${advice})`,
});

/** One page after another, up to the first that the advice is not for. */
function visit(first: number, count: number, advice: Advice, { world, process }: Actor): Outcome {
  const pages = process.range(first, count);
  const refused = pages.findIndex((page) => page !== undefined && refusal(page, advice) !== undefined);
  const reached = refused === -1 ? within(first, count) : refused;
  const apply = (): void =>
    world.change(process, first, reached, (page) => advised(page, advice, world.step));
  const bad = pages[refused];
  if (bad !== undefined) return { ending: 'EINVAL', because: refusal(bad, advice) ?? '', apply };
  return process.isMapped(first, count) && within(first, count) === count
    ? { ending: 'none', because: 'all of it is mapped', apply }
    : { ending: 'ENOMEM', because: 'a part of the range is not mapped', apply };
}

const NOT_LOCKED: ReadonlySet<Advice> = new Set(['DONTNEED', 'FREE', 'COLD', 'PAGEOUT']);
const ANONYMOUS: ReadonlySet<Advice> = new Set(['FREE', 'WIPEONFORK']);

/** Why the advice is not for this page. */
function refusal(page: Page, advice: Advice): string | undefined {
  if (page.locked && NOT_LOCKED.has(advice)) return 'a page is locked';
  if (page.source !== undefined && ANONYMOUS.has(advice)) return 'a page is not private and anonymous';
  return undefined;
}

/** The page after the advice; the same object where nothing changes. */
function advised(page: Page, advice: Advice, step: number): Page {
  if (advice === 'DONTFORK' || advice === 'DOFORK') return set(page, 'dontFork', advice === 'DONTFORK');
  if (advice === 'WIPEONFORK' || advice === 'KEEPONFORK')
    return set(page, 'wipeOnFork', advice === 'WIPEONFORK');
  if (page.own === undefined) return page;
  if (advice === 'FREE') return { ...page, own: { ...page.own, mayBeZero: true } };
  if (advice !== 'DONTNEED') return page;
  return { ...page, own: page.source === undefined ? zeroed('discarded', step) : undefined };
}

const set = (page: Page, name: 'dontFork' | 'wipeOnFork', value: boolean): Page =>
  page[name] === value ? page : { ...page, [name]: value };

/** Faults pages in, one after the other, up to the first that cannot be. */
function populate(
  first: number,
  count: number,
  advice: 'POPULATE_READ' | 'POPULATE_WRITE',
  { process }: Actor,
): Outcome {
  const isWrite = advice === 'POPULATE_WRITE';
  let ending = 'none';
  let because = 'all of it can be filled';
  let reached = 0;
  for (; reached < count; reached += 1) {
    const page = process.pages[first + reached];
    if (page === undefined) [ending, because] = ['ENOMEM', 'a part of the range is not mapped'];
    else if (isWrite ? page.access !== 'write' : page.access === 'none')
      [ending, because] = ['EINVAL', 'a page may not be accessed that way'];
    else if (contentOf(page) === undefined)
      [ending, because] = ['EFAULT', 'a page lies behind the end of its object'];
    if (ending !== 'none') break;
  }
  return {
    ending,
    because,
    apply() {
      if (!isWrite) return;
      for (let index = first; index < first + reached; index += 1) {
        const page = process.pages[index];
        if (page !== undefined) process.pages[index] = madeOwn(page);
      }
    },
  };
}
