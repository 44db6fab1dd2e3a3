import type { FoundPatch } from './found-patch.ts';

const NO_COMMIT = '0'.repeat(40);

/** A patch as `git format-patch` would write it: UTF-8, LF, ready for `git am` and `git apply`. */
export function formatPatch({ mail, subject, author, date, body }: FoundPatch): string {
  if (mail.plainText !== undefined) return withLineEnd(mail.plainText);
  const place =
    subject.total === undefined
      ? ''
      : ` ${String(subject.number).padStart(String(subject.total).length, '0')}/${subject.total}`;
  const version = subject.version === 1 ? '' : ` v${subject.version}`;
  const headers = [
    `From ${mail.commit ?? NO_COMMIT} Mon Sep 17 00:00:00 2001`,
    ...(mail.messageId === undefined ? [] : [`Message-ID: ${mail.messageId}`]),
    ...(author === '' ? [] : [`From: ${author}`]),
    ...(date === undefined ? [] : [`Date: ${date}`]),
    `Subject: [PATCH${version}${place}] ${subject.title}`,
  ];
  const content = [
    '',
    ...(body.message === '' ? [] : [body.message]),
    '---',
    ...(body.notes.trim() === '' ? [''] : [body.notes.trimEnd(), '']),
    withLineEnd(body.diff),
  ].join('\n');
  // eslint-disable-next-line no-control-regex -- exactly the bytes that need no charset
  const isAscii = /^[\x00-\x7f]*$/u.test(headers.join('') + content);
  const charset = isAscii
    ? []
    : ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=UTF-8', 'Content-Transfer-Encoding: 8bit'];
  return `${[...headers, ...charset].join('\n')}\n${content}`;
}

const withLineEnd = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);
