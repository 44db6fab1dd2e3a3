import { choiceField } from '../language/field.ts';
import { defineOperation, type Actor, type Outcome } from '../language/operation.ts';
import { contentOf } from '../model/page.ts';
import { populateLocked } from '../model/populate.ts';
import { address, anyCountField, bytes, drawAnyRange, pageField, within } from './arguments.ts';

const MODES = ['unlock', 'lock', 'lock on fault'] as const;
/** From where to where: whole pages, up to the middle of the last, or from the middle of the first. */
const REACHES = ['whole', 'ragged', 'from the middle'] as const;

type Mode = (typeof MODES)[number];
type Reach = (typeof REACHES)[number];

/** `mlock()`, `mlock2()` and `munlock()`, which take addresses within pages, too. */
export const lock = defineOperation({
  name: 'mlock',
  guest: 'lock',
  fields: {
    page: pageField,
    count: anyCountField,
    mode: choiceField(...MODES),
    reach: choiceField(...REACHES),
  },
  generate(random, { process }) {
    const range = drawAnyRange(random, process);
    const mode = random.pick(['lock', 'lock', 'unlock', 'lock on fault']);
    return range && { ...range, mode, reach: random.pick(['whole', 'whole', ...REACHES]) };
  },
  outcomes({ page, count, mode }, actor): readonly Outcome[] {
    if (count === 0) return [{ ending: 'none', because: 'there is nothing to lock' }];
    const { process } = actor;
    const mapped = process.mappedFrom(page, within(page, count));
    if (mapped < count)
      return [
        {
          ending: 'ENOMEM',
          because: 'a part of the range is not mapped',
          apply: () => setLock(actor, page, mapped, mode),
        },
      ];
    const canFill = process
      .range(page, count)
      .every((one) => one !== undefined && one.access !== 'none' && contentOf(one) !== undefined);
    const fails = mode === 'lock' && !canFill;
    return [
      {
        ending: fails ? 'ENOMEM' : 'none',
        because: fails ? 'a page of it cannot be filled' : 'all of it is mapped',
        apply() {
          setLock(actor, page, count, mode);
          if (mode === 'lock') populateLocked(process, page, count);
        },
      },
    ];
  },
  source({ page, count, mode, reach }) {
    const range = rangeOf(page, count, reach);
    if (mode === 'lock on fault') return `mlock2(${range}, MLOCK_ONFAULT)`;
    return `${mode === 'lock' ? 'mlock' : 'munlock'}(${range})`;
  },
});

function rangeOf(page: number, count: number, reach: Reach): string {
  if (reach !== 'from the middle' || count === 0)
    return `${address(page)}, ${bytes(count, reach === 'ragged' ? 'ragged' : 'whole')}`;
  return `${address(page)} + page / 2, ${count === 1 ? 'page / 4' : bytes(count - 1)}`;
}

function setLock({ world, process }: Actor, first: number, count: number, mode: Mode): void {
  const locked = mode !== 'unlock';
  const onFault = mode === 'lock on fault';
  world.change(process, first, count, (page) =>
    page.locked === locked && page.onFault === onFault ? page : { ...page, locked, onFault },
  );
}
