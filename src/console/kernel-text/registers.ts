import { architectures } from '../../arch/architectures.ts';

const shown = Object.values(architectures).map(({ console: { registers } }) => ({
  line: new RegExp(`^(?:${registers.line})`, 'u'),
  symbolic: new RegExp(String.raw`^(?:${registers.symbolic})(?<value>\S+)`, 'u'),
  pairs: new RegExp(
    String.raw`\b(?<name>${registers.name}) ?: ?(?<value>(?:[0-9a-f]{4}:)?[0-9a-f]{8,16})\b`,
    'gu',
  ),
}));

const ANY_LINE = new RegExp(shown.map(({ line }) => line.source).join('|'), 'u');

/** The kernel's registers in a report, by printed name; the first of each, since those of user space follow. */
export function parseRegisters(lines: readonly string[]): Readonly<Record<string, string>> {
  const registers: Record<string, string> = {};
  const set = (groups: Record<string, string> | undefined) => {
    registers[groups?.['name'] ?? ''] ??= groups?.['value'] ?? '';
  };
  let arch: (typeof shown)[number] | undefined;
  for (const text of lines) {
    if (!(arch?.line ?? ANY_LINE).test(text)) continue;
    arch ??= shown.find(({ line }) => line.test(text));
    if (arch === undefined) continue;
    const place = arch.symbolic.exec(text)?.groups;
    if (place !== undefined) set(place);
    for (const { groups } of text.matchAll(arch.pairs)) set(groups);
  }
  return registers;
}
