import { UsageError } from '../../errors.ts';
import type { ConfigValues } from '../../kernel/definition/config-file.ts';
import type { Operation } from '../language/operation.ts';
import { suggest } from '../../util/closest.ts';
import { advise } from './advise.ts';
import { cloneForeign } from './cloning/clone-foreign.ts';
import { cloneHostile } from './cloning/clone-hostile.ts';
import { cloneStarved } from './cloning/clone-starved.ts';
import { cloneMemory } from './cloning/clone-memory.ts';
import { hostile } from './hostile.ts';
import { lock } from './lock.ts';
import { map } from './map.ts';
import { protect } from './protect.ts';
import { read } from './read.ts';
import { remap } from './remap.ts';
import { residence } from './residence.ts';
import { seal } from './memfd/seal.ts';
import { starved } from './starved.ts';
import { sync } from './sync.ts';
import { truncate } from './memfd/truncate.ts';
import { unmap } from './unmap.ts';
import { watch } from './watch.ts';
import { write } from './write.ts';
import { writeFile } from './memfd/write-file.ts';

/** What is fuzzed: operations, and how often each is drawn. */
export interface Profile {
  readonly name: string;
  readonly summary: string;
  /** The config symbol, without `CONFIG_`, of kernels that have all of its calls; any kernel has them by default. */
  readonly needs?: string;
  readonly operations: readonly Weighted[];
}

export interface Weighted {
  readonly operation: Operation;
  readonly weight: number;
}

const weighted = (operation: Operation, weight: number): Weighted => ({ operation, weight });

const MM: readonly Weighted[] = [
  weighted(map, 5),
  weighted(write, 6),
  weighted(read, 3),
  weighted(unmap, 2),
  weighted(protect, 3),
  weighted(remap, 4),
  weighted(advise, 4),
  weighted(lock, 2),
  weighted(sync, 1),
  weighted(residence, 1),
  weighted(truncate, 1),
  weighted(seal, 1),
  weighted(writeFile, 1),
  weighted(watch, 1),
  weighted(hostile, 1),
  weighted(starved, 1),
];

/** All profiles, by name. */
export const PROFILES: readonly Profile[] = [
  {
    name: 'mm',
    summary: 'mmap() and its relatives, fork() and exit(), on any kernel',
    operations: MM,
  },
  {
    name: 'process-vm-mmap',
    summary: 'process_vm_mmap() among them, on kernels that have it',
    needs: 'PROCESS_VM_MMAP',
    operations: [
      ...MM,
      weighted(cloneMemory, 10),
      weighted(cloneHostile, 2),
      weighted(cloneForeign, 1),
      weighted(cloneStarved, 2),
    ],
  },
];

/** Every operation that some profile has. */
export const OPERATIONS: readonly Operation[] = [
  ...new Set(PROFILES.flatMap(({ operations }) => operations.map(({ operation }) => operation))),
];

/** The profile with this name. Throws UsageError where there is none. */
export function findProfile(name: string): Profile {
  const found = PROFILES.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  const names = PROFILES.map((profile) => profile.name);
  throw new UsageError(`There is no profile "${name}".${suggest(name, names)}`, {
    code: 'FUZZ_PROFILE_UNKNOWN',
    hint: `The profiles are ${names.join(', ')}.`,
  });
}

/** The profile with the most calls that a kernel of this configuration has. */
export function fittingProfile(config: ConfigValues, profiles: readonly Profile[] = PROFILES): Profile {
  const [fitting] = profiles
    .filter(({ needs }) => needs === undefined || config.get(needs) === 'y')
    .toSorted((a, b) => b.operations.length - a.operations.length);
  if (fitting === undefined) throw new RangeError('There is no profile for every kernel.');
  return fitting;
}
