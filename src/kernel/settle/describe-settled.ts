import type { ByArch } from '../../arch/by-arch.ts';
import { parseConfig, type ConfigRequest } from '../definition/config-file.ts';
import type { Settled } from './settled.ts';

/** What a kernel goes without, and how it differs from the configuration that it starts from: one line for each. */
export function describeLeftOut(kernel: string, settled: ByArch<Settled>): readonly string[] {
  const lines = new Map<string, string[]>();
  for (const [arch, { leftOut, changes }] of Object.entries(settled))
    for (const line of [...describe(leftOut), ...(changes === undefined ? [] : [changes])])
      lines.set(line, [...(lines.get(line) ?? []), arch]);
  return [...lines].map(([line, arches]) => `${kernel} for ${arches.join(' and ')} ${line}`);
}

function describe(leftOut: Settled['leftOut']): readonly string[] {
  if (leftOut.length === 0) return [];
  const unknown = leftOut.filter(({ reason }) => reason === undefined);
  const unmet = leftOut.filter(({ reason }) => reason !== undefined);
  const parts = [
    ...(unknown.length === 0 ? [] : [`${names(unknown)}, which this tree does not have`]),
    ...(unmet.length === 0 ? [] : [`${names(unmet)}, which cannot be had in it`]),
  ];
  return [`goes without ${parts.join('; ')}.`];
}

const names = (some: Settled['leftOut']): string => some.map(({ symbol }) => symbol).join(', ');

/** How many names a line has room for. */
const SHOWN = 12;

/** What is taken out of a whole configuration, and what is changed in it for guests to answer. */
export function describeChanges(given: string, requests: readonly ConfigRequest[]): string {
  const modules = [...given.matchAll(/^CONFIG_\w+=m$/gmu)].length;
  const values = parseConfig(given);
  const changed = requests
    .filter(({ symbol, value }) => (values.get(symbol) ?? 'n') !== value)
    .map(({ symbol, value }) => `${symbol}=${value}`);
  const more = changed.length > SHOWN ? ` and ${changed.length - SHOWN} more` : '';
  const added =
    changed.length === 0
      ? 'has all that guests need'
      : `is changed in what guests need: ${changed.slice(0, SHOWN).join(', ')}${more}`;
  const without = modules === 0 ? '' : `, and goes without its ${modules} modules, which guests cannot load`;
  return `${added}${without}.`;
}
