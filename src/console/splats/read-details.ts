import type { BlameRuleName } from '../blame/blame-rule.ts';
import type { SplatKind } from './splat.ts';
import type { SplatReport } from './open-report.ts';
import { DETAILS, type Detail } from './details.ts';

/** What a report is about, judging by more than its first line. */
export interface Details {
  readonly kind: SplatKind;
  /** Without the guilty function, or with `<f>` in its place. */
  readonly title: string;
  readonly blame: BlameRuleName | undefined;
}

/** How many lines of a report to search for a check's message. */
const MESSAGE_DEPTH = 8;
/** How many lines before a report to search for it. */
export const LEAD_MAX = 3;

/** Looks for what the first line does not say: whether it was a read or a write, or which check complained. */
export function readDetails({ start, lines, lead }: SplatReport): Details {
  const { kind, title, blame } = start;
  const told = { kind, title, blame };
  if (kind === 'kasan')
    return blame === 'freeing' ? told : { kind, title: title + kasanAccess(lines), blame };
  if (kind !== 'warning' && kind !== 'bug') return told;
  const detail = findDetail([...lines.slice(0, MESSAGE_DEPTH), ...lead]);
  if (detail === undefined) return told;
  return {
    kind: detail.kind,
    title: (kind === 'warning' ? detail.warning : detail.bug) ?? title,
    blame: detail.blame ?? blame,
  };
}

/** "Read of size 4 at addr …" since 4.0; "Free of addr" says nothing new. */
function kasanAccess(lines: readonly string[]): string {
  const access = lines.slice(0, 10).map((line) => /^(Read|Write) (?:of size|at addr) /u.exec(line)?.[1]);
  const found = access.find((each) => each !== undefined);
  return found === undefined ? '' : ` ${found}`;
}

function findDetail(lines: readonly string[]): Detail | undefined {
  return DETAILS.find(({ line }) => lines.some((each) => line.test(each)));
}
