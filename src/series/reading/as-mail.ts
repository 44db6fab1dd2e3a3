/** Fields that tell the head of a mail, or of a patch as Debian tags it, from a title with a colon: `mm: do it`. */
const KNOWN = /^(?:from|subject|date|author|description|message-id|to|mime-version|content-type):/imu;

/**
 * Gives a file with one mail or patch the form of a mail: headers, then an empty line. What does not begin with headers
 * is a diff, mostly after a few words, as in quilt and StGit. Texts have one character per byte.
 */
export function asMail(text: string): string {
  // StGit exports the title, and the author below it.
  const exported = /^(?!Index: )([^\n]+)\n\n((?:(?:From|Date): [^\n]*\n)+)\n/u.exec(text);
  if (exported !== null && !KNOWN.test(exported[1] ?? ''))
    return `Subject: ${exported[1]}\n${exported[2]}\n${text.slice(exported[0].length)}`;
  const block = /^(?:[A-Za-z][\w-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+/u.exec(text)?.[0] ?? '';
  const headers = KNOWN.test(block) && !block.startsWith('Index: ') ? block : '';
  const rest = text.slice(headers.length);
  // Without an empty line, headers would swallow the beginning of the diff.
  const gap = /^\r?\n/u.test(rest) ? '' : '\n';
  return `${headers === '' ? 'Subject:\n' : headers}${gap}${rest}`;
}
