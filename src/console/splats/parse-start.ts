import { SPLAT_PATTERNS } from './patterns/all.ts';
import type { SplatPattern } from './patterns/pattern.ts';

/** The parsed first line of a report. */
export interface SplatStart extends Pick<
  SplatPattern,
  'kind' | 'extent' | 'blame' | 'traceless' | 'printedByPrograms'
> {
  /** Without the guilty function. */
  readonly title: string;
  /** The function named on the line itself. */
  readonly function: string | undefined;
  /** The file named on the line, if that is all it names. */
  readonly file: string | undefined;
}

/** One look settles nearly every line: how reports begin, with or without a subsystem's name in front. */
const ANY_START =
  /^(?:(?:NMI )?(?:[a-z][\w.-]{2,23}|IPv\d): (?:CPU\d+: )?|CPU \d+ |=*\[ )?(?:BUG|WARNING: |INFO: |Oops|[Kk]ernel |PANIC|Unable to|UBSAN|Internal error|SError|Bad mode|Unhandled|Insufficient|Alignment trap|Missing ENDBR|CFI failure|Watchdog detected|irq \d|VFS: |unregister_netdevice|kobject|sysfs: c|kmemleak|rust_kernel)/u;

/** Parses a message as the beginning of a report; `undefined` if it is not one. */
export function parseSplatStart(text: string): SplatStart | undefined {
  if (!ANY_START.test(text) && !text.includes('[#')) return undefined;
  for (const { start, title, ...pattern } of SPLAT_PATTERNS) {
    const match = start.exec(text);
    if (match === null) continue;
    const groups = match.groups ?? {};
    const filled = (title ?? match[0]).replaceAll(/\$<(\w+)>/gu, (_, name: string) => groups[name] ?? '');
    return {
      ...pattern,
      title: stabilize(filled),
      function: groups['inline'] === undefined ? groups['function'] : undefined,
      file: groups['file'],
    };
  }
  return undefined;
}

/** Removes from a title what differs from run to run: offsets, addresses and process numbers. */
function stabilize(title: string): string {
  return title
    .replaceAll(/\+0x[0-9a-f]+\/0x[0-9a-f]+/gu, '')
    .replaceAll(/\b(?:0x)?[0-9a-f]{12,16}\b/gu, '<address>')
    .replaceAll(/\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b/gu, '<address>')
    .replaceAll(/(?<=[\w)]\/|\b[Pp][Ii][Dd]:? ?)\d+\b/gu, '<pid>')
    .replaceAll(/(?<=\bCPU ?#?|\bcpu )\d+\b/gu, '<cpu>')
    .replace(/[: ]+$/u, '');
}
