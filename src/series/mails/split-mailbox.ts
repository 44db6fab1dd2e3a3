/** A mail as it stands in a mailbox file. */
export interface RawMail {
  readonly bytes: Uint8Array;
  /** Line of the mailbox that its `From ` line is on, counted from 1. */
  readonly line: number;
}

/** `From someone Thu Jan  1 00:00:00 1970`: a sentence of a mail that begins with "From" has no time of day. */
const FROM_LINE = /^From \S+.*\s\d{1,2}:\d{2}(?::\d{2})?\s.*\d{4}/u;

/** The time in this line never changes, so that nothing else can be taken for it. */
const COMMIT_LINE = /^From [0-9a-f]{40,64} Mon Sep 17 00:00:00 2001/u;

/** Whether bytes begin as a file in mbox format does. */
export function isMailbox(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 400)).toString('latin1');
  return FROM_LINE.test(start.split('\n', 1)[0] ?? '');
}

/** Splits a mailbox (mboxo, mboxrd, or what `git format-patch --stdout` writes) and takes `>From ` back to `From `. */
export function splitMailbox(bytes: Uint8Array): RawMail[] {
  // One character for each byte, so that nothing of an encoding is lost.
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const mails: { line: number; lines: string[] }[] = [];
  let afterBlank = true;
  for (const [index, line] of lines.entries()) {
    if (index === 0 || beginsMail(lines, index, afterBlank)) mails.push({ line: index + 1, lines: [line] });
    else mails.at(-1)?.lines.push(line.replace(/^>(>*From )/u, '$1'));
    afterBlank = line === '' || line === '\r';
  }
  return mails.map((mail, index) => {
    const end = index < mails.length - 1 ? '\n' : '';
    return { line: mail.line, bytes: Buffer.from(mail.lines.join('\n') + end, 'latin1') };
  });
}

/** A message may quote the first line of another mail; only below that of a mail headers follow. */
function beginsMail(lines: readonly string[], index: number, afterBlank: boolean): boolean {
  const line = lines[index] ?? '';
  if (COMMIT_LINE.test(line)) return headBelow(lines, index).some((each) => /^subject:/iu.test(each));
  return afterBlank && FROM_LINE.test(line) && /^(?:>From |[A-Za-z][\w-]*:)/u.test(lines[index + 1] ?? '');
}

function headBelow(lines: readonly string[], index: number): readonly string[] {
  const end = lines.findIndex((line, at) => at > index && (line === '' || line === '\r'));
  return lines.slice(index + 1, end === -1 ? lines.length : end);
}
