import { z } from 'zod';

/** The stored result of configuring a kernel. */
export const settledSchema = z.strictObject({
  /** Symbols that are on in the final `.config`, with `CONFIG_`. */
  symbols: z.array(z.string()),
  version: z.tuple([z.int(), z.int()]).optional(),
  leftOut: z.array(z.strictObject({ symbol: z.string(), reason: z.string().optional() })),
  /** Where a kernel starts from a whole configuration: how its own differs, for people. */
  changes: z.string().optional(),
});

/** The result of configuring a kernel. */
export type Settled = z.infer<typeof settledSchema>;
