import { exitCodesHelp, type ExitCodes } from './exit-codes.ts';

/** The text below a command's options: three real examples, and its exit codes. */
export function helpText(
  codes: ExitCodes,
  examples: readonly (readonly [command: string, meaning: string])[],
): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  const lines = examples.map(([command, meaning]) => `  ${command.padEnd(width)}  ${meaning}`);
  return `\nExamples:\n${lines.join('\n')}\n\n${exitCodesHelp(codes)}`;
}
