import { createRequire } from 'node:module';
import { z } from 'zod';
import { listenForInterrupts } from './interrupts.ts';
import { describeError } from './print-error.ts';
import { runProgram } from './program.ts';
import { createTerminal } from './terminal.ts';

const terminal = createTerminal();
const signal = listenForInterrupts((text) => terminal.writeError(text));
const { version } = z
  .object({ version: z.string() })
  .parse(createRequire(import.meta.url)('../../package.json'));

try {
  process.exitCode = await runProgram(process.argv.slice(2), {
    terminal,
    signal,
    cwd: process.cwd(),
    version,
  });
} catch (error) {
  const { text, exitCode } = describeError(error, terminal.errorPalette);
  terminal.writeError(`${text}\n`);
  process.exitCode = exitCode;
}
