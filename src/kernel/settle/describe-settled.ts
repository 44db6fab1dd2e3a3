import type { ByArch } from '../../arch/by-arch.ts';
import type { Settled } from '../config/settled.ts';

/** What a kernel goes without, and how it differs from its initial configuration: one line for each. */
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
