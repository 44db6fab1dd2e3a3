/** A function of a guest program that a stack leads through, and its line. */
export interface ProgramPlace {
  /** An address where the program has no function. */
  readonly function: string;
  /** Absent of code without line tables, such as the C library's. */
  readonly file?: string;
  readonly line?: number;
  /** The function was inlined into that of the next frame. */
  readonly inlined?: true;
}

/** What of a stack is worth a sentence, "touch_page() guests/programs/x.c:41": the innermost frame that has a line. */
export function findProgramPlace(stack: readonly ProgramPlace[]): string | undefined {
  const place = stack.find(({ line }) => line !== undefined) ?? stack[0];
  return place && describePlace(place);
}

/** As above, with the function without a line that it had called: a fault may be in the C library. */
export function describeFault(stack: readonly ProgramPlace[]): string | undefined {
  const place = findProgramPlace(stack);
  const [innermost] = stack;
  if (innermost === undefined || innermost.line !== undefined || describePlace(innermost) === place)
    return place;
  return `${describePlace(innermost)}, called from ${place}`;
}

function describePlace({ function: name, file, line }: ProgramPlace): string {
  const called = name.startsWith('0x') ? name : `${name}()`;
  return file === undefined || line === undefined ? called : `${called} ${file}:${line}`;
}
