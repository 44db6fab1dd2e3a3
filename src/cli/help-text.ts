import { EXIT_CODES_HELP } from './exit-codes.ts';

/** What stands below a command's options: three real examples and the exit codes. */
export function helpText(examples: readonly (readonly [command: string, meaning: string])[]): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  const lines = examples.map(([command, meaning]) => `  ${command.padEnd(width)}  ${meaning}`);
  return `\nExamples:\n${lines.join('\n')}\n\n${EXIT_CODES_HELP}`;
}
