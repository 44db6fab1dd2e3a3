import { choiceField } from '../../language/field.ts';
import { defineOperation, type Actor, type Outcome } from '../../language/operation.ts';
import { PROCESS_NAMES } from '../../language/schedule.ts';
import type { Page } from '../../model/page.ts';
import type { Process } from '../../model/process.ts';
import { isWriteSealed, type World } from '../../model/world.ts';
import {
  address,
  anyCountField,
  bytes,
  drawAnyRange,
  drawEnd,
  drawNeighbour,
  drawPlace,
  endField,
  pageField,
} from '../arguments.ts';

const PLACEMENTS = ['fixed', 'fixed, not replacing', 'hint'] as const;

interface CloneArguments {
  readonly peer: string;
  readonly page: number;
  readonly count: number;
  readonly to: number;
  readonly placement: (typeof PLACEMENTS)[number];
}

const numberOf = (peer: string): number => PROCESS_NAMES.indexOf(peer);

/** `process_vm_mmap()`, by its contract in docs/process-vm-mmap/contract.md: errors are looked for in its order. */
export const cloneMemory = defineOperation({
  name: 'process_vm_mmap',
  guest: 'clone_memory',
  fields: {
    peer: choiceField(...PROCESS_NAMES),
    page: pageField,
    count: anyCountField,
    to: pageField,
    placement: choiceField(...PLACEMENTS),
    end: endField,
  },
  generate(random, { world, process, number }) {
    const others = [...world.processes.keys()].filter((one) => one !== number);
    const peer = others.length === 0 || random.chance(0.03) ? random.below(4) : random.pick(others);
    const range = drawAnyRange(random, world.processes.get(peer) ?? process);
    if (range === undefined) return undefined;
    const placement = random.chance(0.75) ? ('fixed' as const) : random.pick(PLACEMENTS);
    const near = random.chance(0.3) ? drawNeighbour(random, process, range.count) : undefined;
    const to = random.chance(0.2) ? range.page : (near ?? drawPlace(random, process, range.count));
    return { peer: PROCESS_NAMES[peer] ?? 'A', ...range, to, placement, end: drawEnd(random) };
  },
  outcomes: cloneOutcomes,
  source({ peer, page, count, to, placement, end }, { pidOf }) {
    const flags = { fixed: 'PVMMAP_FIXED', 'fixed, not replacing': 'PVMMAP_FIXED_NOREPLACE', hint: '0' };
    return `process_vm_mmap(${pidOf(numberOf(peer))}, ${address(page)}, ${bytes(count, end)}, ${address(to)}, ${flags[placement]})`;
  },
});

function cloneOutcomes(args: CloneArguments, actor: Actor): readonly Outcome[] {
  const { world, number } = actor;
  const { page, count } = args;
  const source = world.processes.get(numberOf(args.peer));
  if (count === 0) return [{ ending: 'EINVAL', because: 'the length is 0' }];
  if (source === undefined) return [{ ending: 'EINVAL', because: 'the pid is not positive' }];
  if (!source.isAlive) return [{ ending: 'ESRCH', because: 'the process has exited' }];
  if (numberOf(args.peer) === number) return [{ ending: 'EINVAL', because: 'it is the caller itself' }];
  const outside: Outcome = { ending: 'EFAULT', because: 'the range is not within one mapping' };
  const answer = source.isOneMapping(page, count);
  const [first] = source.range(page, count);
  if (answer === 'no' || first === undefined) return [outside];
  const inside = cloneMapping(args, actor, source, first);
  return answer === 'yes' ? inside : [...inside, outside];
}

function cloneMapping(args: CloneArguments, actor: Actor, source: Process, first: Page): readonly Outcome[] {
  if (first.source !== undefined && !first.shared) return [refused('it is a private mapping of a file')];
  if (first.dontFork) return [refused('it is marked by MADV_DONTFORK')];
  if (first.watcher !== undefined) return [refused('a userfaultfd watches it')];
  if (first.wipeOnFork) return [refused('it is marked by MADV_WIPEONFORK')];
  const placed = placeOutcome(args, actor, source);
  const isSealed = first.source?.object === actor.world.memfd && isWriteSealed(actor.world);
  if (isSealed && first.access === 'write')
    return [{ ending: 'EPERM', because: 'the file is sealed against writing' }];
  // Before 6.7 a file that was sealed against all writing could not be mapped shared again.
  if (isSealed && actor.world.seals.has('WRITE') && !actor.world.isAtLeast(6, 7))
    return [placed, { ending: 'EPERM', because: 'the file is sealed against writing' }];
  if (first.shared) return [placed];
  const busy: Outcome = { ending: 'EBUSY', because: 'the caller maps memory of the same ancestry' };
  const relation = relate(args, actor, source);
  if (relation === 'none') return [placed];
  return relation === 'certain' ? [busy] : [placed, busy];
}

const refused = (because: string): Outcome => ({ ending: 'EOPNOTSUPP', because });

/** Where the copy goes. */
function placeOutcome(
  { peer, page, count, to, placement }: CloneArguments,
  { world, process, number }: Actor,
  source: Process,
): Outcome {
  const isFree = process.isFree(to, count);
  if (placement === 'fixed, not replacing' && !isFree)
    return { ending: 'EEXIST', because: 'something is mapped there' };
  if (placement === 'hint' && !isFree)
    return {
      ending: 'none',
      because: 'a hint does not replace what is mapped',
      expected: 1,
      wrong: (value) => (value === 1 ? undefined : 'the mapping replaced another'),
    };
  return {
    ending: 'none',
    because: 'the memory may be mapped, and the place, too',
    wrong: (value) => (value === 0 ? undefined : 'the mapping lies elsewhere'),
    apply() {
      const pages = source.range(page, count).filter((one) => one !== undefined);
      world.map(
        process,
        to,
        pages.map((one, index) => copyOf(one, to + index, world)),
      );
      if (pages[0]?.shared === false) world.makeKin(number, numberOf(peer));
    },
  };
}

/** Contents, protection and ancestry are the source's; locks are not. */
function copyOf(page: Page, place: number, world: World): Omit<Page, 'piece'> {
  const { ancestry } = page;
  const offsets = ancestry.page === undefined ? [...new Set([...ancestry.offsets, place])] : ancestry.offsets;
  const mayWrite = page.mayWrite && !(page.source?.object === world.memfd && isWriteSealed(world));
  return {
    ...page,
    mayWrite,
    locked: false,
    onFault: false,
    watcher: undefined,
    hints: '',
    ancestry: { ...ancestry, offsets },
  };
}

/**
 * Whether the caller maps memory that shares copy-on-write history with the range, apart from what the call replaces.
 * Mappings that were merged share some without need: more may be refused than has to be, never less.
 */
function relate(
  { peer, page, count, to, placement }: CloneArguments,
  { world, process, number }: Actor,
  source: Process,
): 'none' | 'possible' | 'certain' {
  if (!world.areKin(number, numberOf(peer))) return 'none';
  const isReplaced = (index: number): boolean => placement === 'fixed' && index >= to && index < to + count;
  const kept = process.pages.filter(
    (one, index) => one !== undefined && one.source === undefined && !isReplaced(index),
  );
  const range = source.range(page, count);
  const own = new Set(kept.map((one) => one?.ancestry.page).filter((one) => one !== undefined));
  if (range.some((one) => one?.ancestry.page !== undefined && own.has(one.ancestry.page))) return 'certain';
  const offsets = new Set(kept.flatMap((one) => one?.ancestry.offsets ?? []));
  return range.some((one) => one?.ancestry.offsets.some((offset) => offsets.has(offset)) === true)
    ? 'possible'
    : 'none';
}
