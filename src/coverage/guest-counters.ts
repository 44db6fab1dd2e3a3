import type { Architecture } from '../arch/architecture.ts';
import { InfraError } from '../errors.ts';
import { COUNTER_BYTES, type CountedObject } from './gcov/counter-map.ts';
import type { KernelImage } from './gcov/kernel-image.ts';

/** The values of all counters at one moment, by object and in the order of CountedObject. */
export type CounterValues = readonly BigUint64Array[];

/** The only needed part of a guest: its memory. */
export interface ReadableGuest {
  readMemory(physicalAddress: bigint, length: number): Promise<Buffer>;
}

/** Reads counters from the memory of guests that run one kernel. */
export interface CounterReader {
  readonly objects: readonly CountedObject[];
  /** Throws InfraError when the guest is gone. */
  read(guest: ReadableGuest): Promise<CounterValues>;
  /** Throws InfraError when the counters are not where they should be. */
  verify(guest: ReadableGuest): Promise<void>;
}

/** Makes the reader for a kernel's guests. */
export function createCounterReader(
  image: KernelImage,
  objects: readonly CountedObject[],
  { name, kernel }: Architecture,
): CounterReader {
  const physical = addressTranslation(image, kernel.loadAddress);
  return {
    objects,
    async read(guest) {
      const reading = objects.map(({ start, length }) =>
        guest.readMemory(physical(start), length * COUNTER_BYTES),
      );
      return (await Promise.all(reading)).map(asNumbers);
    },
    async verify(guest) {
      for (const { proof, gcda } of objects) {
        const found = await guest.readMemory(physical(proof.address), proof.bytes.length);
        if (found.equals(proof.bytes)) continue;
        throw new InfraError(
          `The counters of ${gcda} are not where the ${name} kernel was linked to have them.`,
          {
            code: 'COVERAGE_COUNTERS_MISPLACED',
            hint: 'The kernel must not move at boot: check that CONFIG_RELOCATABLE and CONFIG_RANDOMIZE_BASE are off.',
          },
        );
      }
    },
  };
}

/** The sum of two readings. */
export function addCounters(some: CounterValues, others: CounterValues): CounterValues {
  return some.map((values, object) => values.map((value, index) => value + (others[object]?.[index] ?? 0n)));
}

/** The counts between two readings. */
export function subtractCounters(values: CounterValues, before: CounterValues): CounterValues {
  return values.map((counters, object) =>
    counters.map((value, index) => {
      const known = before[object]?.[index] ?? 0n;
      // A guest that was booted instead of cloned has slightly different counts from its boot.
      return value > known ? value - known : 0n;
    }),
  );
}

/** The physical address for a virtual address of the kernel. */
function addressTranslation(
  image: KernelImage,
  loadAddress: bigint | undefined,
): (address: bigint) => bigint {
  if (loadAddress === undefined) return (address) => image.physical(address);
  const [start] = image.symbols(/^_text$/u);
  return (address) => address - (start?.address ?? 0n) + loadAddress;
}

/** Guests and hosts are little-endian alike. */
function asNumbers(bytes: Buffer): BigUint64Array {
  const aligned = new Uint8Array(bytes);
  return new BigUint64Array(aligned.buffer, 0, aligned.length / COUNTER_BYTES);
}
