const STRING_OR_COMMENT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\*[^]*?(?:\*\/|$)|\/\/[^\n]*/gu;

/**
 * C with its comments, strings and characters blanked out: as long as before, with the same line ends, so that places in
 * it are places in the text.
 */
export function maskCode(text: string): string {
  return text.replaceAll(STRING_OR_COMMENT, (part) => {
    const isLiteral = part.startsWith('"') || part.startsWith("'");
    // What is left of a literal is still an operand.
    return isLiteral ? `"${part.slice(1, -1).replaceAll(/[^\n]/gu, '_')}"` : part.replaceAll(/[^\n]/gu, ' ');
  });
}

/** The place of the parenthesis that closes the one at `open`; undefined where there is none. */
export function closingParenthesis(code: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < code.length; at += 1) {
    if (code[at] === '(') depth += 1;
    if (code[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}
