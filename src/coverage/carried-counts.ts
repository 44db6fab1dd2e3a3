import { z } from 'zod';
import { ARCH_NAMES } from '../arch/architectures.ts';
import { InternalError } from '../errors.ts';
import type { KernelCounts } from './counting-backend.ts';
import type { CounterValues } from './guest-counters.ts';

/** The values of each object's counters, as bytes in base64. */
const values = z.array(z.base64());

/** What one kernel counted on another machine. */
export const carriedCountsSchema = z.strictObject({
  kernel: z.string(),
  arch: z.enum(ARCH_NAMES),
  buildId: z.string(),
  boots: z.array(values),
  cases: z.array(z.tuple([z.string(), z.array(values)])),
  lost: z.array(z.string()),
});

export type CarriedCounts = z.infer<typeof carriedCountsSchema>;

/** Counts in a form that travels. */
export function carryCounts(counts: readonly KernelCounts[]): CarriedCounts[] {
  return counts.map(({ kernel, boots, cases, lost }) => ({
    kernel: kernel.id,
    arch: kernel.arch,
    buildId: kernel.buildId,
    boots: boots.map(asText),
    cases: [...cases].map(([key, counted]) => [key, counted.map(asText)]),
    lost: [...lost],
  }));
}

/** Adds counts of other machines to those of the same kernels here. */
export function takeCounts(counts: readonly KernelCounts[], carried: readonly CarriedCounts[]): void {
  for (const { kernel: id, arch, buildId, boots, cases, lost } of carried) {
    const own = counts.find(({ kernel }) => kernel.id === id && kernel.arch === arch);
    if (own?.kernel.buildId !== buildId)
      throw new InternalError(`Lines of ${id} for ${arch} were counted on another kernel.`, {
        code: 'INTERNAL_COVERAGE',
      });
    own.boots.push(...boots.map(asValues));
    for (const [key, counted] of cases)
      own.cases.set(key, [...(own.cases.get(key) ?? []), ...counted.map(asValues)]);
    for (const key of lost) own.lost.add(key);
  }
}

const asText = (counted: CounterValues): string[] =>
  counted.map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
  );

const asValues = (texts: readonly string[]): CounterValues =>
  texts.map((text) => {
    const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
    return new BigUint64Array(bytes.buffer);
  });
