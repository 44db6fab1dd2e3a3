import type { SplatKind } from './splat.ts';
import { SPLAT_PATTERNS } from './splat-patterns.ts';

/** How far a report of some kind goes. */
export type SplatExtent =
  /** One line is all there is. */
  | 'line'
  /** Up to the end of its call trace. */
  | 'trace'
  /** Up to an explicit end: "---[ end trace ]---", or a line of "=". What begins in between belongs to it. */
  | 'marked';

/** The first line of a report, understood. */
export interface SplatStart {
  readonly kind: SplatKind;
  /** Without the guilty function. */
  readonly title: string;
  /** The function that the line itself names. */
  readonly function: string | undefined;
  readonly extent: SplatExtent;
}

/** One look decides for nearly every line. */
const ANY_START =
  /BUG|WARNING: |INFO: |Oops|panic|LOCKUP|UBSAN|Unable to handle|Internal error|\[#\d+\]|PANIC|exception/u;

/** Understands a message as the beginning of a report, or gives `undefined`. */
export function parseSplatStart(text: string): SplatStart | undefined {
  if (!ANY_START.test(text)) return undefined;
  for (const { kind, start, title, extent } of SPLAT_PATTERNS) {
    const match = start.exec(text);
    if (match === null) continue;
    const groups = match.groups ?? {};
    const filled = (title ?? match[0]).replaceAll(/\$<(\w+)>/gu, (_, name: string) => groups[name] ?? '');
    return { kind, extent, title: stabilize(filled), function: groups['function'] };
  }
  return undefined;
}

/** Takes out of a title what differs from run to run: offsets, addresses and process numbers. */
function stabilize(title: string): string {
  return title
    .replaceAll(/\+0x[0-9a-f]+\/0x[0-9a-f]+/gu, '')
    .replaceAll(/\b(?:0x)?[0-9a-f]{12,16}\b/gu, '<address>')
    .replaceAll(/(?<=[\w)]\/|\bPID:? ?)\d+\b/gu, '<pid>')
    .trimEnd();
}
