import type { GatedCase, GateRecord } from '../../gate/gate-record.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import { shellCommand } from '../../util/shell-word.ts';
import { KGATE } from './replay-command.ts';

/** The one command that gates the series again, for a single case where one is given. */
export function replayGate(
  { series, base }: GateRecord,
  one?: Pick<GatedCase, 'spec' | 'case' | 'arch'>,
): string {
  const only = one === undefined ? [] : [one.spec, '--case', one.case, '--arch', one.arch];
  return shellCommand([...KGATE, 'gate', ...nameSeries(series.origin), ...only, '--base', base.kernel]);
}

/** What was read, as `kgate gate` is told: a range of a git tree takes two options. */
function nameSeries(origin: string): string[] {
  const [, tree, range] = /^(.+) (\S+\.\.\S+)$/u.exec(origin) ?? [];
  if (tree !== undefined && range !== undefined) return ['--tree', displayPath(tree), '--range', range];
  return [displayPath(origin)];
}
