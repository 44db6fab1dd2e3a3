import { relative } from 'node:path';
import { UsageError } from '../errors.ts';

/** A place in a text file; line and column count from 1. */
export interface SourceRange {
  readonly line: number;
  readonly column: number;
  /** Characters to underline, all on `line`. */
  readonly length: number;
}

/** One mistake in an input file. */
export interface Diagnostic {
  readonly file: string;
  readonly range: SourceRange;
  readonly message: string;
  /** The whole line that `range` points into. */
  readonly sourceLine: string;
}

/** A diagnostic as a person reads it: `file:line:column message`, the line, and a squiggle below the place. */
export function formatDiagnostic({ file, range, message, sourceLine }: Diagnostic): string {
  const number = String(range.line);
  const gutter = ' '.repeat(number.length);
  // Tabs are kept, so that the squiggle stands where the terminal puts the text.
  const indent = sourceLine.slice(0, range.column - 1).replaceAll(/[^\t]/gu, ' ');
  const squiggle = '~'.repeat(Math.max(1, Math.min(range.length, sourceLine.length - range.column + 1)));
  return [
    `${displayPath(file)}:${range.line}:${range.column} ${message}`,
    `  ${number} | ${sourceLine}`,
    `  ${gutter} | ${indent}${squiggle}`,
  ].join('\n');
}

/** One error that shows every diagnostic, ordered by file and place. */
export function diagnosticsError(diagnostics: readonly Diagnostic[], code: string): UsageError {
  const files = new Set(diagnostics.map(({ file }) => displayPath(file)));
  const ordered = diagnostics.toSorted(
    (a, b) => a.file.localeCompare(b.file) || a.range.line - b.range.line || a.range.column - b.range.column,
  );
  const count = ordered.length === 1 ? '1 problem' : `${ordered.length} problems`;
  const where = files.size === 1 ? [...files].join('') : `${files.size} files`;
  return new UsageError(`Found ${count} in ${where}.`, {
    code,
    detail: ordered.map(formatDiagnostic).join('\n\n'),
  });
}

/** A path as short as it can be typed: relative to the working folder where that does not climb out of it. */
export function displayPath(path: string): string {
  const short = relative('', path);
  return short === '' || short.startsWith('..') ? path : short;
}
