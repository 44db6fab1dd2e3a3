import { isUtf8 } from 'node:buffer';
import type { ObservationValue } from './transcript.ts';

/** One message on a program's observation socket. */
export type ObservationMessage =
  | { readonly kind: 'observation'; readonly name: string; readonly value: ObservationValue }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'fault'; readonly reason: string };

const NAME = /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*$/u;

/** Reads `name TAB json-scalar`. Anything else is a fault: half-understood evidence is no evidence. */
export function parseObservation(bytes: Buffer): ObservationMessage {
  const text = bytes.toString();
  const tab = text.indexOf('\t');
  const value = isUtf8(bytes) && tab !== -1 ? parseScalar(text.slice(tab + 1)) : undefined;
  const name = text.slice(0, Math.max(tab, 0));
  if ((name === '!skip' || name === '!fault') && typeof value === 'string')
    return { kind: name === '!skip' ? 'skip' : 'fault', reason: value };
  if (value !== undefined && NAME.test(name)) return { kind: 'observation', name, value };
  return { kind: 'fault', reason: `the program sent a malformed observation: ${quoted(text)}` };
}

function parseScalar(json: string): ObservationValue | undefined {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'string' || typeof value === 'boolean') return value;
    // An integer that lost digits on the way must not be compared.
    const exact = typeof value === 'number' && (Number.isSafeInteger(value) || !Number.isInteger(value));
    return exact ? value : undefined;
  } catch {
    return undefined;
  }
}

function quoted(text: string): string {
  const shown = JSON.stringify(text.slice(0, 80));
  return text.length > 80 ? `${shown} and more` : shown;
}
