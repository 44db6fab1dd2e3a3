/** "RAX: 0000000000000000 RBX: …" of x86, and "x29: ffff800080003d40 x28: …" and "sp : ffff…" of arm64. */
const PAIRS =
  /\b(?<name>R(?:[A-D]X|[SBD][IP]|\d\d)|CR[0-4]|EFLAGS|x\d{1,2}|sp|pc|lr|pstate) ?: ?(?<value>(?:[0-9a-f]{4}:)?[0-9a-f]{8,16})\b/gu;
const LINES = /^(?:R\w\w|CR2|FS|CS|RIP|x\d+|sp|pstate|Code): ?|^(?:sp|pc|lr) : /u;
const PLACE = /^(?:RIP: (?:[0-9a-f]{4}:)?|(?<name>pc|lr) : )(?<value>\S+)/u;

/** The kernel's registers in a report, by the names that it prints; the first of each, as those of user space follow. */
export function parseRegisters(lines: readonly string[]): Readonly<Record<string, string>> {
  const registers: Record<string, string> = {};
  for (const line of lines) {
    if (!LINES.test(line)) continue;
    const place = PLACE.exec(line)?.groups;
    if (place !== undefined) registers[place['name'] ?? 'RIP'] ??= place['value'] ?? '';
    for (const { groups } of line.matchAll(PAIRS))
      registers[groups?.['name'] ?? ''] ??= groups?.['value'] ?? '';
  }
  return registers;
}
