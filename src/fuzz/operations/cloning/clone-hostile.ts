import { choiceField } from '../../language/field.ts';
import { defineOperation, type ArgumentsOf, type Outcome } from '../../language/operation.ts';
import { PROCESS_NAMES } from '../../language/schedule.ts';
import { address, bytes, countField, drawCount, drawPlace, drawRange, pageField } from '../arguments.ts';

/** What is wrong with a call, and the arguments that are, in C. */
const HOSTILITIES = {
  'unknown flag': { flags: 'PVMMAP_FIXED | 4' },
  'unknown flag above 32 bits': { flags: 'PVMMAP_FIXED | 1UL << 32' },
  'pid 0': { pid: '0' },
  'negative pid': { pid: '-1' },
  'pid of no process': { pid: 'INT_MAX' },
  'pid of a kernel thread': { pid: '2' },
  'source within a page': { from: 'page / 2' },
  'source in the kernel': { from: '(char *)(-1UL << 47)' },
  'source at the first pages': { from: '(char *)page' },
  'length that wraps around': { length: '-page' },
  'length beyond all memory': { length: '1UL << 62' },
  'length of all memory': { length: 'ULONG_MAX' },
  'target within a page': { to: 'page / 2' },
  'target in the kernel': { to: '(char *)(-1UL << 47)' },
  'without rights': {},
} as const satisfies Readonly<Record<string, Spoiled>>;

interface Spoiled {
  readonly pid?: string;
  readonly from?: string;
  readonly length?: string;
  readonly to?: string;
  readonly flags?: string;
}

type Hostility = keyof typeof HOSTILITIES;

const NAMES = Object.keys(HOSTILITIES) as [Hostility, ...Hostility[]];

const FIELDS = {
  peer: choiceField(...PROCESS_NAMES),
  page: pageField,
  count: countField,
  to: pageField,
  hostility: choiceField(...NAMES),
};

type HostileArguments = ArgumentsOf<typeof FIELDS>;

/** What is wrong by itself is found before the process is looked for. */
const WRONG: ReadonlySet<Hostility> = new Set<Hostility>([
  'unknown flag',
  'unknown flag above 32 bits',
  'pid 0',
  'negative pid',
  'source within a page',
  'length that wraps around',
  'length beyond all memory',
  'length of all memory',
  'target within a page',
  'target in the kernel',
]);
const NO_PROCESS: ReadonlySet<Hostility> = new Set<Hostility>([
  'pid of no process',
  'pid of a kernel thread',
]);

/** `process_vm_mmap()` with arguments that no caller should give, or without the right to: it changes nothing. */
export const cloneHostile = defineOperation({
  name: 'hostile process_vm_mmap',
  guest: 'clone_hostile',
  fields: FIELDS,
  generate(random, { world, process, number }) {
    const others = [...world.processes.keys()].filter((one) => one !== number);
    const peer = others.length === 0 || random.chance(0.2) ? number : random.pick(others);
    const range = drawRange(random, world.processes.get(peer) ?? process);
    const count = range?.count ?? drawCount(random);
    return {
      peer: PROCESS_NAMES[peer] ?? 'A',
      page: range?.page ?? 0,
      count,
      to: drawPlace(random, process, count),
      hostility: random.pick([...NAMES, 'without rights', 'without rights']),
    };
  },
  outcomes(args, { world, number }): readonly Outcome[] {
    const { hostility } = args;
    if (WRONG.has(hostility)) return [{ ending: 'EINVAL', because: `of this argument: ${hostility}` }];
    if (NO_PROCESS.has(hostility)) return [{ ending: 'ESRCH', because: 'there is no such process' }];
    const peer = PROCESS_NAMES.indexOf(args.peer);
    const source = world.processes.get(peer);
    if (source === undefined) return [{ ending: 'EINVAL', because: 'the pid is not positive' }];
    if (!source.isAlive) return [{ ending: 'ESRCH', because: 'the process has exited' }];
    if (peer === number) return [{ ending: 'EINVAL', because: 'it is the caller itself' }];
    return hostility === 'without rights'
      ? [{ ending: 'EPERM', because: 'the caller may not attach to the process' }]
      : [{ ending: 'EFAULT', because: 'nothing can be mapped at the source' }];
  },
  source(args, { pidOf }) {
    const call = `process_vm_mmap(${writeArguments(args, pidOf).join(', ')})`;
    return args.hostility === 'without rights' ? `without_rights(${call})` : call;
  },
});

/** A place, or what stands for it; half a page is added to it. */
const within = (place: string, other: string | undefined): string =>
  other === 'page / 2' ? `${place} + page / 2` : (other ?? place);

function writeArguments(args: HostileArguments, pidOf: (process: number) => string): string[] {
  const spoiled: Spoiled = HOSTILITIES[args.hostility];
  return [
    spoiled.pid ?? pidOf(PROCESS_NAMES.indexOf(args.peer)),
    within(address(args.page), spoiled.from),
    spoiled.length ?? bytes(args.count),
    within(address(args.to), spoiled.to),
    spoiled.flags ?? 'PVMMAP_FIXED',
  ];
}
