import { choiceField } from '../language/field.ts';
import { defineOperation, type Actor, type Outcome } from '../language/operation.ts';
import type { Page } from '../model/page.ts';
import { address, bytes, countField, drawRange, pageField } from './arguments.ts';

/** Each process has two userfaultfds of its own. */
const WATCHERS = ['first', 'second'] as const;

type Watcher = (typeof WATCHERS)[number];

const isWatched = ({ watcher }: Page): boolean => watcher !== undefined;

/** `userfaultfd`: write faults of a range are to be told of, or no longer. Nothing is ever protected, so none are. */
export const watch = defineOperation({
  name: 'userfaultfd',
  guest: 'watch',
  fields: {
    page: pageField,
    count: countField,
    watcher: choiceField(...WATCHERS),
    mode: choiceField('unregister', 'register'),
  },
  generate(random, { process }) {
    const mode = random.pick(['register', 'register', 'unregister'] as const);
    const range = drawRange(random, process, random.chance(0.5) ? isWatched : undefined);
    return range && { ...range, mode, watcher: random.pick(['first', 'first', 'second']) };
  },
  outcomes({ page, count, watcher, mode }, actor): readonly Outcome[] {
    const pages = actor.process.range(page, count).filter((one) => one !== undefined);
    if (pages.length === 0) return [{ ending: 'EINVAL', because: 'nothing is mapped there' }];
    return mode === 'register'
      ? register(page, count, watcher, actor, pages)
      : unregister(page, count, watcher, actor, pages);
  },
  source: ({ page, count, watcher, mode }) =>
    `${mode === 'register' ? 'watch' : 'unwatch'}(${WATCHERS.indexOf(watcher)}, ${address(page)}, ${bytes(count)})`,
});

/** The first page that stands against it decides; holes do not. */
function register(
  first: number,
  count: number,
  watcher: Watcher,
  { world, process }: Actor,
  pages: readonly Page[],
): readonly Outcome[] {
  const missing: Outcome = { ending: 'EINVAL', because: 'the architecture may not have it' };
  const isTaken = (page: Page): boolean => page.watcher !== undefined && page.watcher !== watcher;
  const bad = pages.find((page) => !page.mayWrite || isTaken(page));
  if (bad?.mayWrite === false)
    return [{ ending: 'EPERM', because: 'a page may never be written to' }, missing];
  if (bad !== undefined) return [{ ending: 'EBUSY', because: 'another userfaultfd watches a page' }];
  const registered: Outcome = {
    ending: 'none',
    because: 'all of it may be watched',
    apply: () =>
      world.change(process, first, count, (page) => (page.watcher === watcher ? page : { ...page, watcher })),
  };
  return pages.some((page) => page.watcher !== undefined) ? [registered] : [registered, missing];
}

function unregister(
  first: number,
  count: number,
  watcher: Watcher,
  { world, process }: Actor,
  pages: readonly Page[],
): readonly Outcome[] {
  const done: Outcome = {
    ending: 'none',
    because: 'memory may be watched no longer',
    apply: () =>
      world.change(process, first, count, (page) =>
        page.watcher === undefined ? page : { ...page, watcher: undefined },
      ),
  };
  const isForeign = pages.some((page) => page.watcher !== undefined && page.watcher !== watcher);
  // Older kernels let any userfaultfd of the process do it.
  return isForeign ? [done, { ending: 'EINVAL', because: 'another userfaultfd watches a page' }] : [done];
}
