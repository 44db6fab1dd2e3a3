/** A mail as found in a mailbox file. */
export interface RawMail {
  readonly bytes: Uint8Array;
  /** Line of the mailbox that its `From ` line is on, counted from 1. */
  readonly line: number;
}

/** `From someone Thu Jan  1 00:00:00 1970`: a sentence of a mail that begins with "From" has no time of day. */
const FROM_LINE = /^From \S+.*\s\d{1,2}:\d{2}(?::\d{2})?\s.*\d{4}/u;

/** The time in this line never changes, so nothing else can be mistaken for it. */
const COMMIT_LINE = /^From [0-9a-f]{40,64} Mon Sep 17 00:00:00 2001/u;

/** In MMDF folders, which mutt can write, such a line is above and below each mail. */
const MMDF_LINE = /^\x01{4}\r?$/u; // eslint-disable-line no-control-regex -- that is the format

/** Whether bytes begin like an mbox file. */
export function isMailbox(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 400)).toString('latin1').split('\n', 1)[0] ?? '';
  return FROM_LINE.test(start) || MMDF_LINE.test(start);
}

/**
 * Splits a mailbox (mboxo, mboxrd, MMDF, or what `git format-patch --stdout` writes) and turns `>From ` back into `From
 * `.
 */
export function splitMailbox(bytes: Uint8Array): RawMail[] {
  // One character per byte, so no encoding is lost.
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const mails = MMDF_LINE.test(lines[0] ?? '') ? splitAtMarks(lines) : splitAtFromLines(lines);
  return mails.map((mail, index) => {
    const end = index < mails.length - 1 ? '\n' : '';
    return { line: mail.line, bytes: Buffer.from(mail.lines.join('\n') + end, 'latin1') };
  });
}

interface LinesOfMail {
  readonly line: number;
  readonly lines: string[];
}

function splitAtFromLines(lines: readonly string[]): readonly LinesOfMail[] {
  const mails: LinesOfMail[] = [];
  let afterBlank = true;
  for (const [index, line] of lines.entries()) {
    if (index === 0 || beginsMail(lines, index, afterBlank)) mails.push({ line: index + 1, lines: [line] });
    else mails.at(-1)?.lines.push(line.replace(/^>(>*From )/u, '$1'));
    afterBlank = line === '' || line === '\r';
  }
  return mails;
}

function splitAtMarks(lines: readonly string[]): readonly LinesOfMail[] {
  const mails: LinesOfMail[] = [];
  for (const [index, line] of lines.entries())
    if (MMDF_LINE.test(line)) mails.push({ line: index + 2, lines: [] });
    else mails.at(-1)?.lines.push(line);
  return mails.filter((mail) => mail.lines.some((line) => line.trim() !== ''));
}

/** A message may quote the first line of another mail; only a real one is followed by headers. */
function beginsMail(lines: readonly string[], index: number, afterBlank: boolean): boolean {
  const line = lines[index] ?? '';
  if (COMMIT_LINE.test(line)) return headBelow(lines, index).some((each) => /^subject:/iu.test(each));
  return afterBlank && FROM_LINE.test(line) && /^(?:>From |[A-Za-z][\w-]*:)/u.test(lines[index + 1] ?? '');
}

function headBelow(lines: readonly string[], index: number): readonly string[] {
  const end = lines.findIndex((line, at) => at > index && (line === '' || line === '\r'));
  return lines.slice(index + 1, end === -1 ? lines.length : end);
}
