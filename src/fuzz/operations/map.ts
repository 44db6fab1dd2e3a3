import { choiceField, numberField } from '../language/field.ts';
import { defineOperation, type Actor, type ArgumentsOf, type Outcome } from '../language/operation.ts';
import type { Random } from '../language/random.ts';
import { UNTOUCHED } from '../model/content.ts';
import type { Page, SharedObject } from '../model/page.ts';
import { populateLocked } from '../model/populate.ts';
import { isWriteSealed, MEMFD_PAGES } from '../model/world.ts';
import {
  address,
  anyCountField,
  bytes,
  drawCount,
  drawEnd,
  drawNeighbour,
  drawPlace,
  endField,
  pageField,
  unmapGone,
} from './arguments.ts';

const KINDS = [
  'private',
  'shared',
  'memfd',
  'private memfd',
  'read-only memfd',
  'file',
  'private file',
] as const;
const PLACEMENTS = ['fixed', 'fixed, not replacing', 'hint'] as const;
const FILLINGS = ['none', 'populate', 'locked', 'noreserve'] as const;

const FIELDS = {
  page: pageField,
  count: anyCountField,
  kind: choiceField(...KINDS),
  access: choiceField('write', 'read', 'none'),
  placement: choiceField(...PLACEMENTS),
  offset: numberField(0, MEMFD_PAGES - 1),
  filling: choiceField(...FILLINGS),
  end: endField,
};

type MapArguments = ArgumentsOf<typeof FIELDS>;

const isOfFile = ({ kind }: MapArguments): boolean => /(?:memfd|file)$/u.test(kind);
const isShared = ({ kind }: MapArguments): boolean => !kind.startsWith('private');

/** Arguments, besides the pages, for private writable memory at a fixed place. */
export const PLAIN = {
  kind: 'private',
  access: 'write',
  placement: 'fixed',
  offset: 0,
  filling: 'none',
  end: 'whole',
} as const;

/** `mmap()` of private and shared memory, of memfds and of files of tmpfs. */
export const map = defineOperation({
  name: 'mmap',
  guest: 'map',
  fields: FIELDS,
  generate(random, actor) {
    const count = random.chance(0.02) ? 0 : drawCount(random);
    const placement = random.chance(0.75) ? ('fixed' as const) : random.pick(PLACEMENTS);
    const isNear = random.chance(placement === 'fixed' ? 0.35 : 0.6);
    const near = isNear ? drawNeighbour(random, actor.process, count) : undefined;
    const page = near ?? drawPlace(random, actor.process, count);
    return {
      count,
      page,
      kind: random.pick(['private', 'private', 'private', 'private', ...KINDS]),
      access: random.pick(['write', 'write', 'write', 'write', 'read', 'none']),
      placement,
      offset: drawOffset(random, actor, page),
      filling: random.chance(0.8) ? 'none' : random.pick(FILLINGS),
      end: drawEnd(random),
    };
  },
  outcomes(args, actor) {
    const { page, count, placement } = args;
    if (count === 0) return [{ ending: 'EINVAL', because: 'the length is 0' }];
    const isFree = actor.process.isFree(page, count);
    if (placement === 'fixed, not replacing' && !isFree)
      return [{ ending: 'EEXIST', because: 'something is mapped there' }];
    const refused = refusals(args, actor);
    const mapped = mappedOutcome(args, actor, placement === 'hint' && !isFree);
    if (refused === undefined) return [mapped];
    return refused.isCertain ? [refused] : [mapped, refused];
  },
  source(args) {
    const { page, count, access, placement, offset, filling, end } = args;
    const protection = { write: 'PROT_READ | PROT_WRITE', read: 'PROT_READ', none: 'PROT_NONE' }[access];
    const flags = [
      isShared(args) ? 'MAP_SHARED' : 'MAP_PRIVATE',
      ...(isOfFile(args) ? [] : ['MAP_ANONYMOUS']),
      ...{ fixed: ['MAP_FIXED'], 'fixed, not replacing': ['MAP_FIXED_NOREPLACE'], hint: [] }[placement],
      ...(filling === 'none' ? [] : [`MAP_${filling.toUpperCase()}`]),
    ].join(' | ');
    const name = NAMES[args.kind] ?? 'memfd';
    const file = isOfFile(args) ? `${name}, ${bytes(offset)}` : '-1, 0';
    return `mmap(${address(page)}, ${bytes(count, end)}, ${protection}, ${flags}, ${file})`;
  },
});

/** What the descriptor of a file is called in C; `memfd` elsewhere. */
const NAMES: Readonly<Partial<Record<MapArguments['kind'], string>>> = {
  'read-only memfd': 'read_only_memfd',
  file: 'tmpfs_file',
  'private file': 'tmpfs_file',
};

/** Where in the file a mapping begins: where its neighbour ends, at times, or a little behind that. */
function drawOffset(random: Random, { process }: Actor, page: number): number {
  const before = process.pages[page - 1]?.source;
  if (before !== undefined && before.object.name !== 'anonymous' && random.chance(0.7))
    return Math.min(MEMFD_PAGES - 1, before.index + random.between(1, 3));
  return random.chance(0.5) ? 0 : random.below(MEMFD_PAGES);
}

interface Refusal extends Outcome {
  readonly isCertain: boolean;
}

/** Why a file may not be mapped like that. */
function refusals(args: MapArguments, actor: Actor): Refusal | undefined {
  const { kind, access } = args;
  if (kind === 'read-only memfd')
    return access === 'write'
      ? { ending: 'EACCES', because: 'the file is open for reading only', isCertain: true }
      : undefined;
  if (kind !== 'memfd') return undefined;
  const { world, process } = actor;
  const sealed: Outcome = {
    ending: 'EPERM',
    because: 'the file is sealed against writing',
    // The kernel may find out late, when the place is free already.
    apply: (value) => unmapGone(world, process, args.page, args.count, value),
  };
  if (access === 'write') return isWriteSealed(world) ? { ...sealed, isCertain: true } : undefined;
  // Some kernels refuse every shared mapping of a sealed file.
  return world.seals.has('WRITE') ? { ...sealed, isCertain: false } : undefined;
}

function mappedOutcome(args: MapArguments, { world, process }: Actor, isElsewhere: boolean): Outcome {
  const { page, count, access, filling } = args;
  if (isElsewhere)
    return {
      ending: 'none',
      because: 'a hint does not replace what is mapped',
      expected: 1,
      wrong: (value) => (value === 1 ? undefined : 'the mapping replaced another'),
    };
  const object: SharedObject = {
    name: 'anonymous',
    endsInPage: false,
    pages: Array.from({ length: count }, () => UNTOUCHED),
  };
  const isSealed = isWriteSealed(world);
  const pageAt = (index: number): Omit<Page, 'piece'> => ({
    shared: isShared(args),
    source: isOfFile(args)
      ? { object: args.kind.endsWith('memfd') ? world.memfd : world.file, index: args.offset + index }
      : args.kind === 'shared'
        ? { object, index }
        : undefined,
    own: undefined,
    access,
    mayWrite: args.kind !== 'read-only memfd' && !(args.kind === 'memfd' && isSealed),
    locked: filling === 'locked',
    onFault: false,
    watcher: undefined,
    hints: filling === 'noreserve' ? 'NORESERVE' : '',
    dontFork: false,
    wipeOnFork: false,
    ancestry: { page: undefined, offsets: [page + index] },
  });
  return {
    ending: 'none',
    because: 'the place may be mapped',
    wrong: (value) => (value === 0 ? undefined : 'the mapping lies elsewhere'),
    apply() {
      world.map(
        process,
        page,
        Array.from({ length: count }, (_, index) => pageAt(index)),
      );
      if (filling === 'populate' || filling === 'locked') populateLocked(process, page, count);
    },
  };
}
