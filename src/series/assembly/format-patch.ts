/** A patch as `git format-patch` describes it. */
export interface PatchParts {
  readonly commit: string | undefined;
  readonly messageId: string | undefined;
  readonly place: {
    readonly version: number;
    readonly number: number | undefined;
    readonly total: number | undefined;
  };
  readonly title: string;
  readonly author: string;
  readonly date: string | undefined;
  readonly message: string;
  readonly notes: string;
  readonly diff: string;
}

const NO_COMMIT = '0'.repeat(40);

/** A patch as `git format-patch` would write it: words in UTF-8, LF, ready for `git am` and `git apply`. */
export function formatPatch({
  commit,
  messageId,
  place,
  title,
  author,
  date,
  ...content
}: PatchParts): string {
  const { version, number, total } = place;
  const counter =
    total === undefined ? '' : ` ${String(number).padStart(String(total).length, '0')}/${total}`;
  const headers = [
    `From ${commit ?? NO_COMMIT} Mon Sep 17 00:00:00 2001`,
    ...(messageId === undefined ? [] : [`Message-ID: ${messageId}`]),
    ...(author === '' ? [] : [`From: ${author}`]),
    ...(date === undefined || date === '' ? [] : [`Date: ${date}`]),
    `Subject: [PATCH${version === 1 ? '' : ` v${version}`}${counter}] ${title}`,
  ];
  const { message, notes, diff } = content;
  const body = [
    '',
    ...(message === '' ? [] : [quoteWords(message)]),
    '---',
    ...(notes.trim() === '' ? [''] : [quoteWords(notes.trimEnd()), '']),
    withLineEnd(diff),
  ].join('\n');
  // eslint-disable-next-line no-control-regex -- exactly the bytes that need no charset
  const isAscii = /^[\x00-\x7f]*$/u.test(headers.join('') + body);
  const charset = isAscii
    ? []
    : ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=UTF-8', 'Content-Transfer-Encoding: 8bit'];
  return `${[...headers, ...charset].join('\n')}\n${body}`;
}

/**
 * With something in front, `git am` takes words that look like the first line of a mail, or like a diff, for neither.
 */
const quoteWords = (text: string): string =>
  text
    .replaceAll(/^(?=>*From \S+.*\d{1,2}:\d{2}.*\d{4})/gmu, '>')
    .replaceAll(/^(?=diff -|Index: |---(?:[ \t]|$)|\+\+\+ |@@+ -|GIT binary patch)/gmu, ' ');

/** The usual end of a patch file. */
export const withLineEnd = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);
