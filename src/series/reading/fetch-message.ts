import { HostError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import type { Mail } from '../mails/mail.ts';
import { seriesError } from '../patches/series-error.ts';
import { readBytes } from './read-mails.ts';

/** Fetches the newest version of the series that a message belongs to with b4, which knows archives and checks signatures. */
export async function fetchMessage(id: string, signal?: AbortSignal): Promise<Mail[]> {
  const args = ['am', '-o', '-', id];
  const result = await runCommand('b4', args, { asBytes: true, signal }).catch((cause: unknown) => {
    if (!(cause instanceof HostError)) throw cause;
    throw new HostError(`The message ${id} must be fetched, and the program "b4" was not found.`, {
      code: 'SERIES_B4_MISSING',
      hint: `Install it (apt-get install b4, or pipx install b4), or fetch the mails where b4 is installed: b4 am -o - '${id}' > series.mbox`,
      cause,
    });
  });
  if (result.exitCode !== 0 || result.stdout.trim() === '')
    throw seriesError(
      'SERIES_FETCH_FAILED',
      `b4 could not fetch the series of ${id}.`,
      `See its message, and try it yourself: ${result.command}`,
      result.output.trim().split('\n').slice(-20).join('\n'),
    );
  return readBytes(Buffer.from(result.stdout, 'latin1'), `<${id}>`, signal);
}
