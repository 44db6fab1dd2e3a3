import type { BlameRuleName } from '../blame/blame-rule.ts';
import type { SplatKind } from './splat.ts';
import type { SplatReport } from './open-report.ts';
import { DETAILS, type Detail } from './details.ts';

/** What a report turns out to be about when more than its first line is read. */
export interface Details {
  readonly kind: SplatKind;
  /** Without the guilty function, or with `<f>` where that goes. */
  readonly title: string;
  readonly blame: BlameRuleName | undefined;
}

/** Lines of a report among which a check's message is looked for. */
const MESSAGE_DEPTH = 8;
/** Lines before a report that may hold it. */
export const LEAD_MAX = 3;

/** Reads on for what the first line does not say: whether it was a read or a write, or which check complained. */
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
