import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const record = z.strictObject({
  version: z.literal(1),
  date: z.iso.date(),
  machine: z.string(),
  qemu: z.string(),
  /** The commit that was measured. */
  commit: z.string(),
  rounds: z.number(),
  figures: z.array(
    z.strictObject({
      measurement: z.string(),
      name: z.string(),
      unit: z.enum(['ms', 's', 'MiB', 'cases/s']),
      value: z.number(),
      samples: z.array(z.number()),
      floor: z.number().optional(),
    }),
  ),
  ratios: z.array(z.strictObject({ measurement: z.string(), name: z.string(), value: z.number() })),
});

/** What `npm run bench` measured. */
export type FigureRecord = z.infer<typeof record>;

export async function loadRecord(path: string): Promise<FigureRecord> {
  return record.parse(JSON.parse(await readFile(path, 'utf8')));
}

export async function saveRecord(path: string, measured: FigureRecord): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(measured, undefined, 2)}\n`);
}

/** What was measured now, and of an earlier record what was not measured again. */
export function addTo(earlier: FigureRecord, now: FigureRecord): FigureRecord {
  const measuredNow = new Set(now.figures.map(({ measurement }) => measurement));
  const isKept = ({ measurement }: { readonly measurement: string }) => !measuredNow.has(measurement);
  return {
    ...now,
    figures: [...earlier.figures.filter(isKept), ...now.figures],
    ratios: [...earlier.ratios.filter(isKept), ...now.ratios],
  };
}
