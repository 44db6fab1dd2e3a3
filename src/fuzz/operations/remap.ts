import { choiceField } from '../language/field.ts';
import { defineOperation, type Actor, type Outcome } from '../language/operation.ts';
import { ARENA_PAGES } from '../model/process.ts';
import { growMapping, moveAll, moveMapping, type Move } from '../model/move.ts';
import {
  address,
  anyCountField,
  bytes,
  COUNT_MAX,
  drawEnd,
  drawNeighbour,
  drawPlace,
  drawRange,
  endField,
  pageField,
  unmapGone,
} from './arguments.ts';

const MODES = ['in place', 'may move', 'fixed', 'keep', 'keep, fixed'] as const;

type Mode = (typeof MODES)[number];

interface RemapArguments extends Move {
  readonly mode: Mode;
}

/**
 * `mremap()`. What the kernel moves to a place of its own, the guest moves on to `to`, so that all of a program stays
 * within its arena. The value says where it was: 0 in place, 1 moved. After a failure with a fixed target it says
 * which pages of the target (bits 0 to 7) and of the part to be cut off (bits 8 to 15) are still mapped.
 */
export const remap = defineOperation({
  name: 'mremap',
  guest: 'remap',
  fields: {
    page: pageField,
    count: anyCountField,
    to: pageField,
    newCount: anyCountField,
    mode: choiceField(...MODES),
    end: endField,
  },
  generate(random, { process }) {
    const range = drawRange(random, process);
    if (range === undefined) return undefined;
    const { page, count } = range;
    const mode = random.pick(MODES);
    const isKept = mode === 'keep' || mode === 'keep, fixed';
    const isSame = random.chance(isKept ? 0.95 : 0.3);
    const wanted = isSame ? count : random.between(1, COUNT_MAX);
    const newCount = Math.min(wanted, ARENA_PAGES - page);
    const near = random.chance(0.25) ? drawNeighbour(random, process, newCount) : undefined;
    const to = near ?? drawPlace(random, process, newCount);
    return { page, count, mode, newCount, to, end: drawEnd(random) };
  },
  outcomes: remapOutcomes,
  source({ page, count, to, newCount, mode, end }) {
    const flags: Readonly<Record<Mode, string>> = {
      'in place': '0',
      'may move': 'MREMAP_MAYMOVE',
      fixed: 'MREMAP_MAYMOVE | MREMAP_FIXED',
      keep: 'MREMAP_MAYMOVE | MREMAP_DONTUNMAP',
      'keep, fixed': 'MREMAP_MAYMOVE | MREMAP_DONTUNMAP | MREMAP_FIXED',
    };
    const place = mode === 'in place' ? '' : `, ${address(to)}`;
    const name = mode === 'in place' ? 'mremap' : 'mremap_to';
    return `${name}(${address(page)}, ${bytes(count, end)}, ${bytes(newCount, end)}, ${flags[mode]}${place})`;
  },
});

/** The value of a call that moved something. */
const MOVED = 1;

function remapOutcomes(args: RemapArguments, actor: Actor): readonly Outcome[] {
  const { page, count, newCount, mode } = args;
  const { process } = actor;
  const keeps = mode === 'keep' || mode === 'keep, fixed';
  if (keeps && count !== newCount)
    return [{ ending: 'EINVAL', because: 'a mapping that is kept does not change its size' }];
  if (newCount === 0) return [{ ending: 'EINVAL', because: 'the new length is 0' }];
  const start = process.pages[page];
  if (mode === 'fixed' || mode === 'keep, fixed') return fixedOutcomes(args, actor);
  if (start === undefined) return [{ ending: 'EFAULT', because: 'nothing is mapped there' }];
  if (mode === 'keep') return oneMapping(args, actor, () => [moved(args, actor, 'keep')]);
  if (newCount <= count) return [shrunk(args, actor)];
  if (count === 0) return start.shared ? duplicated(args, actor) : [EMPTY_RANGE];
  return oneMapping(args, actor, () => grown(args, actor));
}

const EMPTY_RANGE: Outcome = {
  ending: 'EINVAL',
  because: 'only shared memory can be duplicated with a length of 0',
};

/** What happens to a range that has to lie within one mapping. */
function oneMapping(
  { page, count }: RemapArguments,
  { process }: Actor,
  whenOne: () => readonly Outcome[],
  failed?: Outcome,
): readonly Outcome[] {
  const outside = failed ?? { ending: 'EFAULT', because: 'the range is not within one mapping' };
  const answer = process.isOneMapping(page, count);
  if (answer === 'no') return [outside];
  return answer === 'yes' ? whenOne() : [...whenOne(), outside];
}

function shrunk({ page, count, newCount }: RemapArguments, { world, process }: Actor): Outcome {
  return {
    ending: 'none',
    because: 'the mapping does not grow',
    wrong: staysInPlace,
    apply: () => world.unmap(process, page + newCount, count - newCount),
  };
}

function staysInPlace(value: number): string | undefined {
  return value === MOVED ? 'the mapping was moved although it fits where it is' : undefined;
}

function grown(args: RemapArguments, actor: Actor): readonly Outcome[] {
  const { page, count, newCount, mode } = args;
  const { process } = actor;
  if (process.isFree(page + count, newCount - count))
    return [
      {
        ending: 'none',
        because: 'there is room behind it',
        wrong: staysInPlace,
        apply: () => growMapping(process, args),
      },
    ];
  if (mode === 'in place') return [{ ending: 'ENOMEM', because: 'what lies behind it is in the way' }];
  return [moved(args, actor, 'move')];
}

function moved(args: Move, { world, process }: Actor, how: 'move' | 'keep' | 'duplicate'): Outcome {
  return {
    ending: 'none',
    because: 'the mapping may be moved',
    expected: MOVED,
    wrong: (value) => (value === MOVED ? undefined : 'the mapping was not moved'),
    apply: () => moveMapping(world, process, args, how),
  };
}

/** An old length of 0 maps shared memory once more. */
function duplicated(args: RemapArguments, actor: Actor): readonly Outcome[] {
  const { page, newCount, mode } = args;
  if (mode === 'in place') return [{ ending: 'ENOMEM', because: 'there is no room for a second mapping' }];
  return [moved({ page, count: 0, newCount, to: args.to }, actor, 'duplicate')];
}

function fixedOutcomes(args: RemapArguments, actor: Actor): readonly Outcome[] {
  const { page, count, to, newCount, mode } = args;
  const { world, process } = actor;
  const start = process.pages[page];
  const overlaps = page + count > to && to + newCount > page;
  const wrongPlace: Outcome = { ending: 'EINVAL', because: 'source and target overlap' };
  const nothing: Outcome = { ending: 'EFAULT', because: 'nothing is mapped there' };
  // Either may be looked at first.
  if (start === undefined) return overlaps ? [nothing, wrongPlace] : [nothing];
  if (overlaps) return [wrongPlace];
  if (count === 0 && (!start.shared || mode === 'keep, fixed'))
    return [{ ...EMPTY_RANGE, apply: cutAway(args, actor) }];
  if (count === 0) return [moved(args, actor, 'duplicate')];
  const part = { ...args, count: Math.min(count, newCount) };
  const how = mode === 'fixed' ? 'move' : 'keep';
  const outcomes = oneMapping(part, actor, () => [trimmed(moved(part, actor, how), args, actor)], {
    ending: 'EFAULT',
    because: 'the range is not within one mapping',
    apply: cutAway(args, actor),
  });
  // From 6.17 on, several mappings are moved together, with the holes between them.
  const several = world.isAtLeast(6, 17) && count === newCount;
  const watched = process.range(page, count).findIndex((one) => one?.watcher !== undefined);
  if (several && watched > 0 && process.isOneMapping(page, count) === 'no')
    return [stopped({ ...args, count: watched, newCount: watched }, actor, how)];
  return several && !outcomes.some(({ ending }) => ending === 'none')
    ? [...outcomes, { ...moved(args, actor, how), apply: () => moveAll(world, process, args, how) }]
    : outcomes;
}

/** Of several mappings those are moved that lie before the first that a userfaultfd watches. */
function stopped(part: Move, { world, process }: Actor, how: 'move' | 'keep'): Outcome {
  return {
    ending: 'EFAULT',
    because: 'a userfaultfd watches a part of it',
    apply: () => moveAll(world, process, part, how),
  };
}

/** What is to be cut off goes before anything is moved. */
function trimmed(
  outcome: Outcome,
  { page, count, newCount }: RemapArguments,
  { world, process }: Actor,
): Outcome {
  return {
    ...outcome,
    apply(value) {
      if (count > newCount) world.unmap(process, page + newCount, count - newCount);
      outcome.apply?.(value);
    },
  };
}

/** A call that fails late has unmapped its target, and what it was to cut off; one that fails early has not. */
function cutAway({ page, count, to, newCount }: RemapArguments, { world, process }: Actor) {
  return (value: number): void => {
    unmapGone(world, process, to, newCount, value);
    unmapGone(world, process, page + newCount, count - newCount, value >> 8);
  };
}
