import { choiceField } from '../language/field.ts';
import { defineOperation, type Actor, type Outcome } from '../language/operation.ts';
import { zeroed } from '../model/content.ts';
import { contentOf, madeOwn, type Page } from '../model/page.ts';
import { isWriteSealed } from '../model/world.ts';
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

/** Advice that changes what memory holds, or who gets it. */
const EFFECTS = [
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
  'DONTNEED_LOCKED',
  'REMOVE',
] as const;

/** Advice without a visible effect, apart from what it does to mappings. */
const HINTS = [
  'WILLNEED',
  'NORMAL',
  'RANDOM',
  'SEQUENTIAL',
  'DONTDUMP',
  'DODUMP',
  'HUGEPAGE',
  'NOHUGEPAGE',
  'COLLAPSE',
  'MERGEABLE',
  'UNMERGEABLE',
] as const;

const ADVICE = [...EFFECTS, ...HINTS] as const;

type Advice = (typeof ADVICE)[number];

/** `madvise()`: passes over holes, and says at the end that there were some. */
export const advise = defineOperation({
  name: 'madvise',
  guest: 'advise',
  fields: { page: pageField, count: anyCountField, advice: choiceField(...ADVICE), end: endField },
  generate(random, { process }) {
    const likely = ['DONTNEED', 'FREE', 'DONTFORK', 'WIPEONFORK', 'DONTNEED', 'WIPEONFORK'] as const;
    const advice = random.chance(0.2) ? random.pick(HINTS) : random.pick([...EFFECTS, ...likely]);
    const range = drawAnyRange(random, process, LIKELY[advice]);
    return range && { ...range, advice, end: drawEnd(random) };
  },
  outcomes({ page, count, advice }, actor): readonly Outcome[] {
    const missing: readonly Outcome[] = MISSING.has(advice)
      ? [{ ending: 'EINVAL', because: 'the kernel may be built without it' }]
      : [];
    if (count === 0) return [{ ending: 'none', because: 'there is nothing to advise on' }, ...missing];
    if (advice === 'POPULATE_READ' || advice === 'POPULATE_WRITE')
      return [populate(page, count, advice, actor)];
    return [visit(page, count, advice, actor), ...missing];
  },
  source: ({ page, count, advice, end }) => `madvise(${address(page)}, ${bytes(count, end)}, MADV_${advice})`,
});

/** What some advice is about. */
const LIKELY: Readonly<Partial<Record<Advice, (page: Page) => boolean>>> = {
  FREE: ({ source }) => source === undefined,
  WIPEONFORK: ({ source, own }) => source === undefined && own !== undefined,
  DONTFORK: ({ own }) => own !== undefined,
  REMOVE: ({ shared, mayWrite }) => shared && mayWrite,
};

/** An arena has no room for a huge page; and kernels may be built without huge pages, or without merging. */
const MISSING: ReadonlySet<Advice> = new Set([
  'HUGEPAGE',
  'NOHUGEPAGE',
  'COLLAPSE',
  'MERGEABLE',
  'UNMERGEABLE',
]);

/** One page after another, up to the first that the advice is not for. */
function visit(first: number, count: number, advice: Advice, { world, process }: Actor): Outcome {
  const refusal = refusalOf(advice, isWriteSealed(world));
  const pages = process.range(first, count);
  const refused = pages.findIndex((page) => page !== undefined && refusal(page) !== undefined);
  const reached = refused === -1 ? within(first, count) : refused;
  const apply = (): void => {
    world.change(process, first, reached, (page) => advised(page, advice, world.step));
    if (advice === 'PAGEOUT' && reached > 0) world.mayBeSwapped = true;
    if (advice === 'REMOVE') for (const page of pages.slice(0, reached)) removeFromFile(page, world.step);
  };
  const bad = pages[refused];
  if (bad !== undefined) return { ending: 'EINVAL', because: '', ...refusal(bad), apply };
  return process.isMapped(first, count) && within(first, count) === count
    ? { ending: 'none', because: 'all of it is mapped', apply }
    : { ending: 'ENOMEM', because: 'a part of the range is not mapped', apply };
}

const NOT_LOCKED: ReadonlySet<Advice> = new Set(['DONTNEED', 'FREE', 'COLD', 'PAGEOUT', 'REMOVE']);
const ANONYMOUS: ReadonlySet<Advice> = new Set(['FREE', 'WIPEONFORK']);

/** Why the advice is not for a page. */
function refusalOf(advice: Advice, isSealed: boolean) {
  return (page: Page): Pick<Outcome, 'ending' | 'because'> | undefined => {
    if (page.locked && NOT_LOCKED.has(advice)) return { ending: 'EINVAL', because: 'a page is locked' };
    if (page.source !== undefined && ANONYMOUS.has(advice))
      return { ending: 'EINVAL', because: 'a page is not private and anonymous' };
    if (advice !== 'REMOVE') return undefined;
    if (page.source === undefined) return { ending: 'EINVAL', because: 'a page belongs to no file' };
    if (!page.shared || !page.mayWrite)
      return { ending: 'EACCES', because: 'a page is not mapped shared and writable' };
    return isSealed && page.source.object.name === 'memfd'
      ? { ending: 'EPERM', because: 'the file is sealed against writing' }
      : undefined;
  };
}

/** The page after the advice; the same object where nothing changes. */
function advised(page: Page, advice: Advice, step: number): Page {
  if (advice === 'DONTFORK' || advice === 'DOFORK') return set(page, 'dontFork', advice === 'DONTFORK');
  if (advice === 'WIPEONFORK' || advice === 'KEEPONFORK')
    return set(page, 'wipeOnFork', advice === 'WIPEONFORK');
  if (isHint(advice)) return hinted(page, advice);
  if (page.own === undefined) return page;
  if (advice === 'FREE') return { ...page, own: { ...page.own, mayBeZero: true } };
  if (advice !== 'DONTNEED' && advice !== 'DONTNEED_LOCKED') return page;
  return { ...page, own: page.source === undefined ? zeroed('discarded', step) : undefined };
}

const set = (page: Page, name: 'dontFork' | 'wipeOnFork', value: boolean): Page =>
  page[name] === value ? page : { ...page, [name]: value };

type Hint = (typeof HINTS)[number];

const isHint = (advice: Advice): advice is Hint => HINTS.some((hint) => hint === advice);

/** What each hint ends; those that are not here are themselves remembered. */
const ENDS: Readonly<Partial<Record<Hint, readonly Hint[]>>> = {
  NORMAL: ['RANDOM', 'SEQUENTIAL'],
  RANDOM: ['SEQUENTIAL'],
  SEQUENTIAL: ['RANDOM'],
  DODUMP: ['DONTDUMP'],
  HUGEPAGE: ['NOHUGEPAGE'],
  NOHUGEPAGE: ['HUGEPAGE'],
  UNMERGEABLE: ['MERGEABLE'],
};
const FORGOTTEN: ReadonlySet<Hint> = new Set(['WILLNEED', 'NORMAL', 'DODUMP', 'COLLAPSE', 'UNMERGEABLE']);

function hinted(page: Page, hint: Hint): Page {
  const kept = page.hints
    .split(' ')
    .filter((one) => one !== '' && ENDS[hint]?.some((gone) => gone === one) !== true);
  const hints = [...new Set([...kept, ...(FORGOTTEN.has(hint) ? [] : [hint])])].toSorted().join(' ');
  return hints === page.hints ? page : { ...page, hints };
}

/** A hole in the file, which all who map it see, private copies apart. */
function removeFromFile(page: Page | undefined, step: number): void {
  const source = page?.source;
  if (source === undefined || source.index >= source.object.pages.length) return;
  source.object.pages[source.index] = zeroed('discarded', step);
}

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
