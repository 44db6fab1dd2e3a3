import { choiceField } from '../../language/field.ts';
import { defineOperation, type Outcome } from '../../language/operation.ts';
import { PROCESS_NAMES } from '../../language/schedule.ts';
import { address, drawPlace, pageField } from '../arguments.ts';

const KINDS = ['vdso', 'code', 'secret memory', 'hugetlb', 'stack'] as const;

/** `process_vm_mmap()` of memory outside of the arena, of kinds that it refuses: it changes nothing. */
export const cloneForeign = defineOperation({
  name: 'foreign process_vm_mmap',
  guest: 'clone_foreign',
  fields: { peer: choiceField(...PROCESS_NAMES), kind: choiceField(...KINDS), to: pageField },
  generate(random, { world, process, number }) {
    const others = [...world.processes.keys()].filter((one) => one !== number);
    if (others.length === 0) return undefined;
    return {
      peer: PROCESS_NAMES[random.pick(others)] ?? 'A',
      kind: random.pick(KINDS),
      to: drawPlace(random, process, 1),
    };
  },
  outcomes({ peer, kind }, { world, number }): readonly Outcome[] {
    const source = world.processes.get(PROCESS_NAMES.indexOf(peer));
    const missing: Outcome = { ending: 'ENODATA', because: 'the guest has no such memory' };
    const expected = ((): Outcome => {
      if (source === undefined) return { ending: 'EINVAL', because: 'the pid is not positive' };
      if (!source.isAlive) return { ending: 'ESRCH', because: 'the process has exited' };
      if (PROCESS_NAMES.indexOf(peer) === number)
        return { ending: 'EINVAL', because: 'it is the caller itself' };
      // All processes have the page that one of them wrote before there were others.
      if (kind === 'stack') return { ending: 'EBUSY', because: 'the caller has the same page of its stack' };
      return { ending: 'EOPNOTSUPP', because: `${kind} is not to be given away` };
    })();
    return [expected, missing];
  },
  source: ({ peer, kind, to }, { pidOf }) =>
    `process_vm_mmap(${pidOf(PROCESS_NAMES.indexOf(peer))}, foreign_${kind.replace(' memory', '')}(), page, ${address(to)}, PVMMAP_FIXED)`,
});
