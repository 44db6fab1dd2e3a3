import { textOfBytes } from '../../util/byte-text.ts';
import { decodeWords } from '../mails/decode-text.ts';
import { seriesError } from '../patches/series-error.ts';
import { runGit } from './git-tree.ts';

/** A commit of a tree, and what it changes. */
export interface Commit {
  readonly id: string;
  /** `Name <mailbox>`. */
  readonly author: string;
  /** As mails write it: `Wed, 1 Jan 2025 10:01:00 +0100`. */
  readonly date: string;
  /** The message's first paragraph, on one line. */
  readonly title: string;
  /** The message below the title. */
  readonly message: string;
  /** Empty if it changes nothing. */
  readonly diff: string;
}

/** Everything that a tree's configuration, or attributes, could change in a diff. */
const DIFF = [
  '-p',
  '--root',
  '--no-commit-id',
  '--binary',
  '--full-index',
  '--unified=3',
  '--inter-hunk-context=0',
  '--find-renames',
  '--diff-algorithm=default',
  '--indent-heuristic',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--no-relative',
  '--submodule=short',
  '--ignore-submodules=none',
  '--ws-error-highlight=none',
  '--output-indicator-new=+',
  '--output-indicator-old=-',
  '--output-indicator-context= ',
];

/** Reads a commit with git's plumbing, which no user's settings affect. */
export async function readCommit(tree: string, id: string, signal?: AbortSignal): Promise<Commit> {
  const [raw, diff] = await Promise.all([
    runGit(tree, ['cat-file', 'commit', id], { signal, asBytes: true }),
    runGit(tree, ['-c', 'diff.suppressBlankEmpty=false', 'diff-tree', ...DIFF, id], {
      signal,
      asBytes: true,
    }),
  ]);
  for (const { exitCode, output } of [raw, diff])
    if (exitCode !== 0)
      throw seriesError(
        'SERIES_RANGE_INVALID',
        `git could not make a patch of ${id} in ${tree}.`,
        'See git’s message below.',
        output,
      );
  return { id, ...readObject(raw.stdout), diff: textOfBytes(Buffer.from(diff.stdout, 'latin1')) };
}

function readObject(raw: string): Omit<Commit, 'id' | 'diff'> {
  const gap = raw.indexOf('\n\n');
  const head = raw.slice(0, gap);
  const encoding = /^encoding (.+)$/mu.exec(head)?.[1];
  const decode = (text: string) => decodeWords(text, encoding);
  const [, author = '', seconds = '0', zone = '+0000'] =
    /^author (.*?) ?(-?\d+) ([+-]\d{4})$/mu.exec(head) ?? [];
  const text = decode(raw.slice(gap + 2)).replace(/^(?:[ \t\r]*\n)+/u, '');
  const [paragraph = ''] = text.split(/\n[ \t\r]*\n/u, 1);
  return {
    author: decode(author),
    date: formatDate(Number(seconds), zone),
    title: paragraph.replaceAll(/\s+/gu, ' ').trim(),
    message: text
      .slice(paragraph.length)
      .replace(/^(?:[ \t\r]*\n)+/u, '')
      .trimEnd(),
  };
}

/** RFC 5322, in the author's time zone. */
function formatDate(seconds: number, zone: string): string {
  const sign = zone.startsWith('-') ? -1 : 1;
  const minutes = sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3)));
  const local = new Date((seconds + minutes * 60) * 1000);
  return Number.isNaN(local.getTime()) ? '' : local.toUTCString().replace('GMT', zone);
}
