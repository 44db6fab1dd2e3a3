import { plainLine } from '../../util/plain-text.ts';

/** A line of a source file. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
}

/** Parses `file:line`. */
export function placeOf(location: string): SourcePlace | undefined {
  const { file = '', line = '' } = /^(?<file>.+):(?<line>\d+)$/su.exec(location)?.groups ?? {};
  return file === '' ? undefined : { file: plainLine(file), line: Number(line) };
}
