import { z } from 'zod';

/** What configuring a kernel showed, as it is kept. */
export const settledSchema = z.strictObject({
  /** What is on in the final `.config`, with `CONFIG_`. */
  symbols: z.array(z.string()),
  version: z.tuple([z.int(), z.int()]).optional(),
  leftOut: z.array(z.strictObject({ symbol: z.string(), reason: z.string().optional() })),
  /** Where a kernel starts from a whole configuration: how its own differs, for people. */
  changes: z.string().optional(),
});

/** What configuring a kernel showed. */
export type Settled = z.infer<typeof settledSchema>;
