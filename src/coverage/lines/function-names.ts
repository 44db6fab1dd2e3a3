/** A function in a C file in kernel style, from its head to its closing brace; lines are counted from 1. */
export interface SourceFunction {
  readonly name: string | undefined;
  readonly from: number;
  readonly to: number;
}

/** Says for each line of a C file which function it is part of. */
export function findFunctions(file: readonly string[]): (line: number) => string | undefined {
  const at = findFunctionRanges(file);
  return (line) => at(line)?.name;
}

/**
 * Says for each line of a C file which function it is part of. Inlined functions count under their own names, not
 * under those of their callers.
 */
export function findFunctionRanges(file: readonly string[]): (line: number) => SourceFunction | undefined {
  const functions = new Map<number, SourceFunction>();
  for (const [index, text] of file.entries()) {
    // Only the braces of a function's body stand at the margin with nothing before them.
    if (!text.startsWith('{')) continue;
    const head = headOf(file, index);
    const name = nameOf(file.slice(head, index).join(' '));
    const end = file.findIndex((each, at) => at > index && each.startsWith('}'));
    const to = end === -1 ? file.length : end + 1;
    const found = { name, from: head + 1, to };
    for (let line = found.from; line <= to; line += 1) functions.set(line, found);
  }
  return (line) => functions.get(line);
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
