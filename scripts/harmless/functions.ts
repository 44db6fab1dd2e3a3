/** A function of a C file in kernel style; indices of lines, counted from 0. */
export interface FunctionText {
  readonly name: string;
  readonly isStatic: boolean;
  /** The first line of its head, or of the comment in front of it. */
  readonly from: number;
  /** The lines of its outer braces. */
  readonly brace: number;
  readonly to: number;
}

/** Finds the functions whose head is plain enough to be moved and renamed: no macro makes them, and none is around. */
export function listFunctions(lines: readonly string[]): readonly FunctionText[] {
  const found: FunctionText[] = [];
  let conditions = 0;
  for (const [brace, line] of lines.entries()) {
    if (/^#\s*if/u.test(line)) conditions += 1;
    if (/^#\s*endif/u.test(line)) conditions -= 1;
    if (line !== '{' || conditions > 0) continue;
    let head = brace - 1;
    while (head > 0 && /^\s/u.test(lines[head] ?? '')) head -= 1;
    if (/^[a-z]/u.test(lines[head - 1] ?? '') && !/[;:]$/u.test(lines[head - 1] ?? '')) head -= 1;
    const text = lines.slice(head, brace).join(' ');
    const name = /^(?!struct \w+ \{)[a-z][\w\s*]*?\b(\w+)\((?!.*\b__\w+\()/u.exec(text)?.[1];
    const to = lines.findIndex((each, at) => at > brace && each === '}');
    if (
      name === undefined ||
      to === -1 ||
      /[A-Z]{3,}\w*\(/u.test(text) ||
      /EXPORT_SYMBOL|_call\(/u.test(lines[to + 1] ?? '')
    )
      continue;
    found.push({ name, isStatic: text.startsWith('static '), from: startOfComment(lines, head), brace, to });
  }
  return found;
}

function startOfComment(lines: readonly string[], head: number): number {
  if (!/\*\/\s*$/u.test(lines[head - 1] ?? '')) return head;
  let at = head - 1;
  while (at > 0 && lines[at]?.startsWith('/*') === false) at -= 1;
  return at;
}
