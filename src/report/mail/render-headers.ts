import type { RecordedRun } from '../recorded/recorded-run.ts';
import { titleOf } from '../recorded/title.ts';
import { addressHeader, mailHeader } from './mail-header.ts';

/** The headers of the mail: those of a reply if the series came by mail. */
export function renderMailHeaders(recorded: RecordedRun, sender: string | undefined): string {
  const { run, gate } = recorded;
  const mail = gate?.series.mail;
  const verdict = gate?.verdict ?? run.verdict;
  const reply =
    mail?.messageId === undefined
      ? []
      : [mailHeader('In-Reply-To', mail.messageId), mailHeader('References', mail.messageId)];
  return [
    ...(sender === undefined ? [] : [addressHeader('From', [sender])]),
    ...(mail === undefined || mail.from === '' ? [] : [addressHeader('To', [mail.from])]),
    ...copies(mail),
    mailHeader(
      'Subject',
      mail === undefined ? `kgate: ${verdict}: ${titleOf(recorded)}` : asReply(mail.subject),
    ),
    ...reply,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
  ].join('\n');
}

/** Everyone else who received the series, once. */
function copies(
  mail: { readonly from: string; readonly to: readonly string[]; readonly cc: readonly string[] } | undefined,
): string[] {
  if (mail === undefined) return [];
  const others = [...new Set([...mail.to, ...mail.cc])].filter((one) => one !== mail.from && one !== '');
  return others.length === 0 ? [] : [addressHeader('Cc', others)];
}

const asReply = (subject: string): string => (/^re:/iu.test(subject) ? subject : `Re: ${subject}`);
