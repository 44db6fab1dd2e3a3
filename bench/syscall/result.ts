import { z } from 'zod';

const count = z.number().int();

/** What a process used; times in microseconds, as coarse as the guest's clock ticks. */
const usage = z.strictObject({ minor: count, major: count, user_us: count, system_us: count });

/** Counters of the whole guest over a phase. What its kernel does not count is absent. */
const counters = {
  ns: count,
  faults: count,
  /** Pages, for whatever purpose. */
  allocated: count,
  swapped_in: count.optional(),
  swapped_out: count.optional(),
  huge_faults: count.optional(),
  huge_splits: count.optional(),
  /** Flushes that concerned other processors; on arm64 all of them do. */
  flush_calls: count.optional(),
  flush_received: count.optional(),
  flush_all: count.optional(),
  flush_one: count.optional(),
  flush_interrupts: count.optional(),
};

/** One line that the guest program prints. */
export const resultSchema = z.strictObject({
  id: z.string(),
  /** Until the consumer has everything, and the server has let go of what is to go. */
  transfer: z.strictObject({ ...counters, server: usage, consumer: usage, copied_bytes: count }),
  /** While the consumer uses it. */
  use: z.strictObject({ ...counters, consumer: usage, copied_pages: count }),
  /** While a server that kept it writes to all of it. */
  rewrite: z.strictObject({ ...counters, server: usage, copied_pages: count }).optional(),
  memory: z.strictObject({
    /** Of both together, until handed over. */
    peak_kb: count,
    server_hwm_kb: count,
    consumer_hwm_kb: count,
    consumer_tables_kb: count,
    consumer_huge_kb: count,
    consumer_mappings: count,
  }),
});

export type Result = z.infer<typeof resultSchema>;
