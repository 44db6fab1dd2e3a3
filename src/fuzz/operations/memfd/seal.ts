import { choiceField } from '../../language/field.ts';
import { defineOperation, type Outcome } from '../../language/operation.ts';
import type { World } from '../../model/world.ts';

const SEALS = ['SHRINK', 'GROW', 'WRITE', 'FUTURE_WRITE', 'SEAL'] as const;

/** `fcntl(F_ADD_SEALS)` of the memfd that all of a program's processes have. */
export const seal = defineOperation({
  name: 'seal',
  guest: 'seal',
  fields: { seal: choiceField(...SEALS) },
  generate: (random) => ({
    seal: random.chance(0.1) ? ('SEAL' as const) : random.pick(['SHRINK', 'GROW', 'WRITE', 'FUTURE_WRITE']),
  }),
  outcomes({ seal: wanted }, { world }): readonly Outcome[] {
    const { seals } = world;
    if (seals.has('SEAL')) return [{ ending: 'EPERM', because: 'the file is sealed against further seals' }];
    const sealed: Outcome = {
      ending: 'none',
      because: 'the file may be sealed',
      apply: () => seals.add(wanted),
    };
    if (wanted !== 'WRITE' || seals.has('WRITE')) return [sealed];
    const busy: Outcome = {
      ending: 'EBUSY',
      because: 'the file is mapped in a way that it can be written to',
    };
    const mappings = sharedMappings(world);
    if (mappings.some(({ mayWrite }) => mayWrite)) return [busy];
    // Before 6.7 every shared mapping kept a file from being sealed.
    return mappings.length > 0 && !world.isAtLeast(6, 7) ? [busy, sealed] : [sealed];
  },
  source: ({ seal: wanted }) => `fcntl(memfd, F_ADD_SEALS, F_SEAL_${wanted})`,
});

function sharedMappings({ processes, memfd }: World) {
  return [...processes.values()]
    .filter(({ isAlive }) => isAlive)
    .flatMap(({ pages }) => pages)
    .filter((page) => page !== undefined)
    .filter(({ shared, source }) => shared && source?.object === memfd);
}
