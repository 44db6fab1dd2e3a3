import { z } from 'zod';
import { parseJson } from './parse-json.ts';
import type { KgateEvent } from '../../events.ts';

/** What a job's channel carries. */
export type JobMessage =
  | { readonly kind: 'event'; readonly event: KgateEvent }
  /** There is a result, or a reason why there is none. */
  | { readonly kind: 'look' };

const schema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), event: z.custom<KgateEvent>(isEvent) }),
  z.object({ kind: z.literal('look') }),
]);

/** Reads a message; `undefined` for what another kgate may say. */
export function readMessage(text: string): JobMessage | undefined {
  return schema.safeParse(parseJson(text)).data;
}

/** Events only tell what goes on; what counts is in the record, which is checked. */
function isEvent(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
