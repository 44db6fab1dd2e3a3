import { z } from 'zod';

/** Fields of every record: its number, the clone's nonce, and its seal. */
const numbered = { n: z.int().min(1), k: z.string(), m: z.string().optional() };
const unnumbered = { ...numbered, n: z.literal(0) };
const base64 = z.string();
const hex = z.string().regex(/^0x[0-9a-f]{1,16}$/u);

/** Everything the agent says, as defined in docs/protocol.md. */
const agentRecord = z.discriminatedUnion('t', [
  z.strictObject({
    ...numbered,
    t: z.literal('ready'),
    release: z.string(),
    build_id: z.string(),
    cpus: z.int(),
    boot_ms: z.int(),
    page_size: z.int(),
    speed_ns: z.int(),
    /** Absent if the kernel does not say. */
    available_kib: z.int().optional(),
  }),
  z.strictObject({
    ...numbered,
    t: z.literal('hello'),
    id: z.int(),
    release: z.string(),
    build_id: z.string(),
  }),
  z.strictObject({ ...numbered, t: z.literal('start'), id: z.int(), case: z.string(), taint: z.int() }),
  z.strictObject({ ...numbered, t: z.literal('out'), fd: z.literal([1, 2]), data: base64 }),
  z.strictObject({ ...numbered, t: z.literal('cut'), fd: z.literal([1, 2]), bytes: z.int() }),
  z.strictObject({ ...numbered, t: z.literal('obs'), data: base64 }),
  /** The last record before the line is a person's, until the command has ended. */
  z.strictObject({ ...numbered, t: z.literal('console') }),
  z.strictObject({ ...numbered, t: z.literal('fault'), reason: z.string() }),
  z.strictObject({
    ...numbered,
    t: z.literal('exit'),
    status: z.int().optional(),
    signal: z.int().optional(),
    timed_out: z.boolean(),
  }),
  z.strictObject({
    ...numbered,
    t: z.literal('task'),
    pid: z.int(),
    tid: z.int(),
    name: z.string(),
    state: z.string().optional(),
    wchan: z.string().optional(),
    call: z.string().optional(),
    signal: z.int().optional(),
    code: z.int().optional(),
    address: hex.optional(),
    stack_at: hex.optional(),
  }),
  z.strictObject({
    ...numbered,
    t: z.literal('part'),
    of: z.enum(['kernel', 'registers', 'stack']),
    data: base64,
  }),
  z.strictObject({ ...numbered, t: z.literal('kmsg'), data: base64 }),
  z.strictObject({ ...numbered, t: z.literal('end'), id: z.int(), taint: z.int(), records: z.int() }),
  z.strictObject({ ...unnumbered, t: z.literal('pong'), id: z.int(), last: z.int() }),
  z.strictObject({ ...unnumbered, t: z.literal('took'), id: z.int(), upto: z.int(), room: z.int() }),
  z.strictObject({ ...unnumbered, t: z.literal('nak'), id: z.int(), reason: z.string() }),
]);

export type AgentRecord = z.infer<typeof agentRecord>;
/** A record that counts: it can be missed, and asked for again. */
export type NumberedRecord = Exclude<AgentRecord, { readonly n: 0 }>;

/** Validates an object from the line; `undefined` if the protocol has no such record. */
export function parseAgentRecord(value: object): AgentRecord | undefined {
  return agentRecord.safeParse(value).data;
}
