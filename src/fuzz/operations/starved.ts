import { choiceField, numberField } from '../language/field.ts';
import { defineOperation, type ArgumentsOf, type Actor, type Outcome } from '../language/operation.ts';
import { zeroed } from '../model/content.ts';
import type { Page } from '../model/page.ts';
import { map, PLAIN } from './map.ts';
import { remap } from './remap.ts';
import { unmap } from './unmap.ts';
import {
  address,
  bytes,
  countField,
  drawCount,
  drawPlace,
  drawRange,
  pageField,
  unmapGone,
} from './arguments.ts';

const CALLS = ['mmap', 'munmap', 'mremap'] as const;

/** Calls make some ten allocations at most. */
export const nthField = numberField(1, 24);

const FIELDS = {
  call: choiceField(...CALLS),
  page: pageField,
  count: countField,
  to: pageField,
  nth: nthField,
};

type StarvedArguments = ArgumentsOf<typeof FIELDS>;

/**
 * `mmap()`, `munmap()` or `mremap()` while one allocation that the kernel makes for it fails. Where that counts, the call
 * fails with ENOMEM, and the value says which pages of the range and of the target are still mapped, a bit each.
 */
export const starved = defineOperation({
  name: 'starved',
  guest: 'starved',
  fields: FIELDS,
  generate(random, { process }) {
    const call = random.pick(CALLS);
    const range = drawRange(random, process);
    const count = call === 'mmap' ? drawCount(random) : range?.count;
    if (count === undefined) return undefined;
    const page = call === 'mmap' && random.chance(0.5) ? drawPlace(random, process, count) : range?.page;
    if (page === undefined || page + count > process.pages.length) return undefined;
    return { call, page, count, to: drawPlace(random, process, count), nth: random.between(1, 12) };
  },
  outcomes(args, actor) {
    const usual = usualOutcomes(args, actor);
    return [...usual, starving(args, actor)];
  },
  source({ call, page, count, to, nth }) {
    const [at, length] = [address(page), bytes(count)];
    const calls = {
      mmap: `mmap(${at}, ${length}, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)`,
      munmap: `munmap(${at}, ${length})`,
      mremap: `mremap(${at}, ${length}, ${length}, MREMAP_MAYMOVE | MREMAP_FIXED, ${address(to)})`,
    };
    return `starved(${nth}, ${calls[call]})`;
  },
});

/** What the call does when nothing fails. */
function usualOutcomes({ call, page, count, to }: StarvedArguments, actor: Actor): readonly Outcome[] {
  if (call === 'mmap') return map.outcomes({ ...PLAIN, page, count }, actor);
  if (call === 'munmap') return unmap.outcomes({ page, count, end: 'whole' }, actor);
  const moving = { page, count, to, newCount: count, mode: 'fixed', end: 'whole' };
  return remap.outcomes(moving, actor).map((outcome) => ({
    ...outcome,
    wrong: (value) => outcome.wrong?.(outcome.ending === 'none' ? value & 0xff : value),
    apply: (value) => {
      const before = actor.process.range(page, count);
      // Of a failed mremap() the target's pages are in the lower byte.
      outcome.apply?.(value >> (outcome.ending === 'none' ? 0 : 8));
      if (outcome.ending === 'none') leaveBehind(actor, page, before, value >> 8);
    },
  }));
}

/** A mapping that could not be unmapped after its pages had moved stays, empty: the kernel says so in move_vma(). */
function leaveBehind(
  { world, process }: Actor,
  page: number,
  before: readonly (Page | undefined)[],
  mapped: number,
): void {
  const piece = world.newPiece();
  for (const [index, one] of before.entries()) {
    if (one === undefined || (mapped & (1 << index)) === 0) continue;
    const own = one.source === undefined ? zeroed('discarded', world.step) : undefined;
    const ancestry = { ...one.ancestry, page: undefined };
    process.pages[page + index] = { ...one, own, ancestry, piece };
  }
}

/** Nothing is left half done, but that a place may be free already, and a mapping divided. */
function starving({ call, page, count, to }: StarvedArguments, { world, process }: Actor): Outcome {
  const [place, shift] = call === 'mremap' ? [to, 8] : [page, 0];
  return {
    ending: 'ENOMEM',
    because: 'an allocation failed',
    wrong(value) {
      if (call === 'mmap') return undefined;
      const lost = process
        .range(page, count)
        .findIndex((one, index) => one !== undefined && (value & (1 << index)) === 0);
      return lost === -1 ? undefined : `${call} fails, and page ${page + lost} is not mapped any more`;
    },
    apply(value) {
      for (const at of [page, page + count, to, to + count]) world.divide(process, at);
      if (call !== 'munmap') unmapGone(world, process, place, count, value >> shift);
    },
  };
}
