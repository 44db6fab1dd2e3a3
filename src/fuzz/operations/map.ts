import { choiceField, numberField } from '../language/field.ts';
import { defineOperation, type Actor, type Outcome } from '../language/operation.ts';
import { UNTOUCHED } from '../model/content.ts';
import type { Access, Page, SharedObject } from '../model/page.ts';
import { MEMFD_PAGES } from '../model/world.ts';
import { address, anyCountField, bytes, drawCount, drawPlace, pageField } from './arguments.ts';

const KINDS = ['private', 'shared', 'memfd', 'private memfd'] as const;
const PLACEMENTS = ['fixed', 'fixed, not replacing', 'hint'] as const;

/** `mmap()` of private, shared and memfd memory. */
export const map = defineOperation({
  name: 'mmap',
  guest: 'map',
  fields: {
    page: pageField,
    count: anyCountField,
    kind: choiceField(...KINDS),
    access: choiceField('write', 'read', 'none'),
    placement: choiceField(...PLACEMENTS),
    offset: numberField(0, MEMFD_PAGES - 1),
  },
  generate(random, { process }) {
    const count = random.chance(0.02) ? 0 : drawCount(random);
    return {
      count,
      page: drawPlace(random, process, count),
      kind: random.pick(['private', 'private', 'private', ...KINDS]),
      access: random.pick(['write', 'write', 'write', 'write', 'read', 'none']),
      placement: random.chance(0.8) ? 'fixed' : random.pick(PLACEMENTS),
      offset: random.chance(0.5) ? 0 : random.below(MEMFD_PAGES),
    };
  },
  outcomes({ page, count, kind, access, placement, offset }, actor) {
    if (count === 0) return [{ ending: 'EINVAL', because: 'the length is 0' }];
    const { world, process } = actor;
    const isFree = process.isFree(page, count);
    if (placement === 'fixed, not replacing' && !isFree)
      return [{ ending: 'EEXIST', because: 'something is mapped there' }];
    const mapped: Outcome = {
      ending: 'none',
      because: 'the place may be mapped',
      wrong: (value) => (value === 0 ? undefined : 'the mapping lies elsewhere'),
      apply: () => world.map(process, page, pagesOf({ page, count, kind, access, offset }, actor)),
    };
    if (placement !== 'hint') return [mapped];
    const elsewhere: Outcome = {
      ending: 'none',
      because: 'a hint does not replace what is mapped',
      expected: 1,
      wrong: (value) => (value === 1 ? undefined : 'the mapping replaced another'),
    };
    return [isFree ? mapped : elsewhere];
  },
  source({ page, count, kind, access, placement, offset }) {
    const protection = { write: 'PROT_READ | PROT_WRITE', read: 'PROT_READ', none: 'PROT_NONE' }[access];
    const flags = [
      kind === 'shared' || kind === 'memfd' ? 'MAP_SHARED' : 'MAP_PRIVATE',
      ...(kind === 'private' || kind === 'shared' ? ['MAP_ANONYMOUS'] : []),
      ...{ fixed: ['MAP_FIXED'], 'fixed, not replacing': ['MAP_FIXED_NOREPLACE'], hint: [] }[placement],
    ].join(' | ');
    const file = kind === 'private' || kind === 'shared' ? '-1, 0' : `memfd, ${bytes(offset)}`;
    return `mmap(${address(page)}, ${bytes(count)}, ${protection}, ${flags}, ${file})`;
  },
});

interface Mapped {
  readonly page: number;
  readonly count: number;
  readonly kind: (typeof KINDS)[number];
  readonly access: Access;
  readonly offset: number;
}

function pagesOf({ page, count, kind, access, offset }: Mapped, { world }: Actor): Omit<Page, 'piece'>[] {
  const object: SharedObject = { name: 'anonymous', pages: Array.from({ length: count }, () => UNTOUCHED) };
  return Array.from({ length: count }, (_, index) => ({
    shared: kind === 'shared' || kind === 'memfd',
    source:
      kind === 'private'
        ? undefined
        : kind === 'shared'
          ? { object, index }
          : { object: world.memfd, index: offset + index },
    own: undefined,
    access,
    locked: false,
    dontFork: false,
    wipeOnFork: false,
    ancestry: { page: undefined, offsets: [page + index] },
  }));
}
