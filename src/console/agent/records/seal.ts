import { randomBytes } from 'node:crypto';
import { sipHash } from '../../../util/siphash.ts';

/** What only the agent and the host know in a session. */
export type SealKey = Buffer & { readonly [sealKey]: true };

declare const sealKey: unique symbol;

const KEY_BYTES = 16;
/** The last field of a sealed record; what it seals is everything before it. */
const SEAL = /^,"m":"(?<seal>[0-9a-f]{16})"\}$/u;
const SEAL_BYTES = ',"m":"0123456789abcdef"}'.length;

/** A key that cannot be guessed. */
export function createSealKey(): SealKey {
  return randomBytes(KEY_BYTES) as SealKey;
}

/** A key as a greeting carries it. */
export function parseSealKey(hex: string): SealKey {
  return Buffer.from(hex, 'hex') as SealKey;
}

/** Adds its seal to the text of a JSON object that is not empty. */
export function seal(json: string, key: SealKey): string {
  const sealed = json.slice(0, -1);
  return `${sealed},"m":"${sipHash(key, Buffer.from(sealed))}"}`;
}

/** Whether the writer of this JSON knew the key. */
export function isSealed(json: Buffer, key: SealKey): boolean {
  const sealed = json.subarray(0, Math.max(0, json.length - SEAL_BYTES));
  const written = SEAL.exec(json.toString('latin1', sealed.length))?.groups?.['seal'];
  return written !== undefined && sipHash(key, sealed) === written;
}
