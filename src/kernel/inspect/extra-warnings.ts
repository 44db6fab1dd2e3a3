/**
 * The compiler flags by which `make W=1` differs from `make`, according to the tree's scripts/Makefile.extrawarn: those
 * it adds, and the opposite of those it would otherwise disable. Flags behind `cc-option` are listed, although some
 * compiler may not know them.
 */
export function extraWarningFlags(makefile: string): readonly string[] {
  const lines = makefile.split('\n');
  const start = lines.findIndex((line) => /^ifn?eq .*findstring 1,.*WARN/u.test(line));
  if (start === -1) return [];
  const flags: string[] = [];
  const conditions: string[] = [lines[start] ?? ''];
  let otherwise = false;
  for (const line of lines.slice(start + 1)) {
    if (/^\s*if(?:eq|neq|def|ndef)\b/u.test(line)) conditions.push(line);
    else if (/^\s*endif\b/u.test(line)) conditions.pop();
    else if (/^\s*else\b/u.test(line) && conditions.length === 1) otherwise = true;
    if (conditions.length === 0) break;
    // The kernels that kgate builds are compiled by GCC.
    if (conditions.some((condition) => condition.includes('CLANG'))) continue;
    flags.push(...(otherwise ? oppositesOf(line) : flagsOf(line)));
  }
  return flags;
}

const flagsOf = (line: string): string[] =>
  line.startsWith('#') ? [] : [...line.matchAll(/(?<=[\s,=])-[WD][\w=+-]+/gu)].map(([flag]) => flag);

function oppositesOf(line: string): string[] {
  if (line.startsWith('#')) return [];
  const disabled = [...line.matchAll(/(?:cc-disable-warning, |-Wno-)([\w=+-]+)/gu)];
  return disabled.map(([, name = '']) => `-W${name}`);
}
