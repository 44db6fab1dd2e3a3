import { choiceField } from '../../language/field.ts';
import { defineOperation, type Outcome } from '../../language/operation.ts';
import { PROCESS_NAMES } from '../../language/schedule.ts';
import { address, bytes, countField, drawPlace, drawRange, pageField, unmapGone } from '../arguments.ts';
import { cloneMemory } from './clone-memory.ts';
import { nthField } from '../starved.ts';

/**
 * `process_vm_mmap()` while one allocation that the kernel makes for it fails. Where that counts, the call fails with
 * ENOMEM, and the place of what it was to replace may be free.
 */
export const cloneStarved = defineOperation({
  name: 'starved process_vm_mmap',
  guest: 'clone_starved',
  fields: {
    peer: choiceField(...PROCESS_NAMES),
    page: pageField,
    count: countField,
    to: pageField,
    nth: nthField,
  },
  generate(random, { world, process, number }) {
    const others = [...world.processes.keys()].filter((one) => one !== number);
    if (others.length === 0) return undefined;
    const peer = random.pick(others);
    const range = drawRange(random, world.processes.get(peer) ?? process);
    return (
      range && {
        peer: PROCESS_NAMES[peer] ?? 'A',
        page: range.page,
        count: range.count,
        to: drawPlace(random, process, range.count),
        nth: random.between(1, 24),
      }
    );
  },
  outcomes({ peer, page, count, to }, actor) {
    const { world, process } = actor;
    const usual = cloneMemory.outcomes({ peer, page, count, to, placement: 'fixed', end: 'whole' }, actor);
    const starving: Outcome = {
      ending: 'ENOMEM',
      because: 'an allocation failed',
      apply(value) {
        world.divide(process, to);
        world.divide(process, to + count);
        unmapGone(world, process, to, count, value);
      },
    };
    return [...usual, starving];
  },
  source: ({ peer, page, count, to, nth }, { pidOf }) =>
    `starved(${nth}, process_vm_mmap(${pidOf(PROCESS_NAMES.indexOf(peer))}, ${address(page)}, ${bytes(count)}, ${address(to)}, PVMMAP_FIXED))`,
});
