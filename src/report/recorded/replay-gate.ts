import type { GatedCase, GateRecord } from '../../gate/gate-record.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import { shellCommand } from '../../util/shell-word.ts';

export interface GateReplay {
  /** How the user calls kgate. */
  readonly program?: string;
  /** Where the reader has the series; by default, where it was read from. */
  readonly from?: string;
}

/** The command that gates the series again, for a single case if one is given. */
export function replayGate(
  { series, base, command }: GateRecord,
  one?: Pick<GatedCase, 'spec' | 'case' | 'arch'>,
  { program = 'kgate', from }: GateReplay = {},
): string {
  const only = one === undefined ? [] : [one.spec, '--case', one.case, '--arch', one.arch];
  const asked = command ?? ['--base', base.kernel];
  const rest = one === undefined ? asked : withoutFilters(asked);
  const named = from === undefined ? nameSeries(series.origin) : [from];
  return `${program} ${shellCommand(['gate', ...named, ...only, ...rest])}`;
}

/** What chose the kernels, and not the cases. */
function withoutFilters(words: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('--')) continue;
    const value = words[at + 1];
    const pair = value === undefined || value.startsWith('--') ? [word] : [word, value];
    if (!/^--(?:case|tag|arch|per-commit|fuzz|fuzz-seed)$/u.test(word)) kept.push(...pair);
  }
  return kept;
}

/** The series as arguments of `kgate gate`: a range of a git tree takes two options. */
function nameSeries(origin: string): string[] {
  const [, tree, range] = /^(.+) (\S+\.\.\S+)$/u.exec(origin) ?? [];
  if (tree !== undefined && range !== undefined) return ['--tree', displayPath(tree), '--range', range];
  return [displayPath(origin)];
}
