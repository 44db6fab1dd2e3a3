import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { kindOfPath } from '../../util/kind-of-path.ts';
import type { Mail } from '../mails/mail.ts';
import { readFiles } from './read-mails.ts';
import { seriesError } from '../patches/series-error.ts';

/** Reads the patches listed in a quilt `series` file, in order. Only `-p1`, quilt's own default, is supported. */
export async function readQuiltSeries(seriesFile: string, signal?: AbortSignal): Promise<Mail[]> {
  const files: string[] = [];
  const problems: string[] = [];
  for (const [index, line] of (await readFile(seriesFile, 'utf8')).split('\n').entries()) {
    const [name, ...options] = line
      .replace(/(?:^|\s)#.*$/u, '')
      .trim()
      .split(/\s+/u);
    if (name === undefined || name === '') continue;
    const place = `${seriesFile}:${index + 1}`;
    const file = join(dirname(seriesFile), name);
    const odd = options.find((option) => option !== '-p1');
    if (odd !== undefined) problems.push(`${place}: the option ${odd} of ${name} is not -p1.`);
    else if ((await kindOfPath(file)) === 'file') files.push(file);
    else problems.push(`${place}: there is no file ${file}.`);
  }
  if (problems.length > 0)
    throw seriesError(
      'SERIES_QUILT_INVALID',
      `The quilt series ${seriesFile} cannot be read.`,
      'Refresh patches to -p1 with "quilt refresh -p1", and make sure that all files of the series are there.',
      problems.join('\n'),
    );
  return readFiles(files, signal);
}
