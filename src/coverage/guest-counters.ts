import type { Architecture } from '../arch/architecture.ts';
import { InfraError } from '../errors.ts';
import { COUNTER_BYTES, type CountedObject } from './gcov/counter-map.ts';
import type { KernelImage } from './gcov/kernel-image.ts';

/** The values of all counters at one moment, by object and in the order of CountedObject. */
export type CounterValues = readonly BigUint64Array[];

/** What is needed of a guest: its memory. */
export interface ReadableGuest {
  readMemory(physicalAddress: bigint, length: number): Promise<Buffer>;
}

/** Reads counters out of the memory of guests that run one kernel. */
export interface CounterReader {
  readonly objects: readonly CountedObject[];
  /** Throws InfraError when the guest is gone. */
  read(guest: ReadableGuest): Promise<CounterValues>;
  /** Throws InfraError when the counters are not where they are looked for. */
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
            hint: 'The kernel must not move at boot: see that CONFIG_RELOCATABLE and CONFIG_RANDOMIZE_BASE are off.',
          },
        );
      }
    },
  };
}

/** What two readings say together. */
export function addCounters(some: CounterValues, others: CounterValues): CounterValues {
  return some.map((values, object) => values.map((value, index) => value + (others[object]?.[index] ?? 0n)));
}

/** What was counted between two readings. */
export function subtractCounters(values: CounterValues, before: CounterValues): CounterValues {
  return values.map((counters, object) =>
    counters.map((value, index) => {
      const known = before[object]?.[index] ?? 0n;
      // A guest that was booted instead of cloned has not counted quite the same before.
      return value > known ? value - known : 0n;
    }),
  );
}

/** Where QEMU puts what the kernel knows under a virtual address. */
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
