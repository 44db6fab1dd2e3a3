/**
 * Says for each line of a C file in kernel style which function it is part of, from its head to its closing brace.
 * Inlined functions count as what they are in the source, not as what they were inlined into.
 */
export function findFunctions(file: readonly string[]): (line: number) => string | undefined {
  const names: (string | undefined)[] = Array.from({ length: file.length });
  for (const [index, text] of file.entries()) {
    // Only the braces of a function's body stand at the margin with nothing before them.
    if (!text.startsWith('{')) continue;
    const head = headOf(file, index);
    const name = nameOf(file.slice(head, index).join(' '));
    const end = file.findIndex((each, at) => at > index && each.startsWith('}'));
    names.fill(name, head, end === -1 ? file.length : end + 1);
  }
  return (line) => names[line - 1];
}

function headOf(file: readonly string[], brace: number): number {
  let head = brace;
  while (head > 0 && !/^$|^[#}]|[;}]\s*$|\*\/\s*$/u.test(file[head - 1] ?? '')) head--;
  return head;
}

function nameOf(head: string): string | undefined {
  const systemCall = /\bSYSCALL_DEFINE\d\((\w+)/u.exec(head)?.[1];
  return systemCall ?? /(\w+)\s*\((?!\()/u.exec(head.replaceAll(/\b__\w+\s*\(\(?[^)]*\)+/gu, ''))?.[1];
}
