import { kgateVersion } from '../run/project/version.ts';
import { listenForInterrupts } from './interrupts.ts';
import { describeError } from './terminal/print-error.ts';
import { runProgram } from './program.ts';
import { createTerminal } from './terminal/terminal.ts';

const terminal = createTerminal();
/** Read before the command line is parsed: parsing may be what fails. */
const verbose = process.argv.some((word) => word === '--verbose' || word === '-v');
const style = { palette: terminal.errorPalette, verbose };
const interrupts = listenForInterrupts((text) => terminal.writeError(text));

// An unhandled rejection ends kgate like any other error.
process.on('uncaughtException', (error) => {
  const { text, exitCode } = describeError(error, style);
  terminal.writeError(`${text}\n`);
  process.exit(exitCode);
});

try {
  process.exitCode = await runProgram(process.argv.slice(2), {
    terminal,
    // A command that asks for the signal shuts down in order; any other is ended at once.
    get signal() {
      return interrupts.listen();
    },
    cwd: process.cwd(),
    version: await kgateVersion(),
  });
} catch (error) {
  const { text, exitCode } = describeError(error, style);
  terminal.writeError(`${text}\n`);
  process.exitCode = exitCode;
}
