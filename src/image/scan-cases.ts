/** Where a guest program's source defines a case. */
export interface ScannedCase {
  readonly name: string;
  /** Counted from 1. */
  readonly line: number;
}

const DEFINITION = /^CASE\(\s*([A-Za-z_]\w*)\s*\)/u;

/**
 * Finds the `CASE(name)` definitions of a guest program's source, so that listing and checking cases needs no compiler.
 * A definition stands at the start of a line and outside comments, as the coding style requires.
 */
export function scanCases(sourceText: string): ScannedCase[] {
  return blankBlockComments(sourceText)
    .split('\n')
    .flatMap((text, index) => {
      const name = DEFINITION.exec(text)?.[1];
      return name === undefined ? [] : [{ name, line: index + 1 }];
    });
}

/** Reduces block comments to their newlines, so that line numbers stay the same. */
function blankBlockComments(source: string): string {
  return source.replaceAll(
    /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/gu,
    (found) => (found.startsWith('/*') ? found.replaceAll(/[^\n]/gu, '') : found),
  );
}
