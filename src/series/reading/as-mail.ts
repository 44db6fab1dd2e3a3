/** Fields that tell the head of a mail, or of a patch as Debian tags it, from a title with a colon: `mm: do it`. */
const KNOWN = /^(?:from|subject|date|author|description|message-id|to|mime-version|content-type):/imu;

/**
 * Gives a file with one mail or patch the form of a mail: with headers and an empty line below. What does not begin with
 * headers is a diff, mostly with a few words in front, as quilt and StGit have them. Texts hold a character for each byte.
 */
export function asMail(text: string): string {
  // StGit exports the title, and the author below it.
  const exported = /^(?!Index: )([^\n]+)\n\n((?:(?:From|Date): [^\n]*\n)+)\n/u.exec(text);
  if (exported !== null && !KNOWN.test(exported[1] ?? ''))
    return `Subject: ${exported[1]}\n${exported[2]}\n${text.slice(exported[0].length)}`;
  const block = /^(?:[A-Za-z][\w-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+/u.exec(text)?.[0] ?? '';
  const headers = KNOWN.test(block) && !block.startsWith('Index: ') ? block : '';
  const rest = text.slice(headers.length);
  // Headers that run into the diff without an empty line would swallow its beginning.
  const gap = /^\r?\n/u.test(rest) ? '' : '\n';
  return `${headers === '' ? 'Subject:\n' : headers}${gap}${rest}`;
}
