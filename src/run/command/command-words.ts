import { WORDS_MAX_BYTES, type CommandWords } from '../../console/agent/command-request.ts';
import { encodeWords } from '../../console/agent/follow-command.ts';
import { UsageError } from '../../errors.ts';

/** Throws UsageError where a command line cannot be told to a guest. */
export function requireShort(command: CommandWords): void {
  const bytes = encodeWords(command).length;
  if (bytes <= WORDS_MAX_BYTES) return;
  throw new UsageError(
    `The command line and its environment have ${bytes} bytes; a guest takes ${WORDS_MAX_BYTES}.`,
    { code: 'COMMAND_TOO_LONG', hint: 'Put the arguments into a file, and give it with --with.' },
  );
}
