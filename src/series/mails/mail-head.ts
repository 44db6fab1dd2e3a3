/** The header fields of a mail and what follows the empty line below them. */
export interface SplitMail {
  readonly head: string;
  readonly body: string;
}

/** Splits a mail, or a part of one, at its first empty line. */
export function splitHead(mail: string): SplitMail {
  const first = /^\r?\n/u.exec(mail);
  if (first !== null) return { head: '', body: mail.slice(first[0].length) };
  const gap = /\r?\n\r?\n/u.exec(mail);
  if (gap === null) return { head: mail, body: '' };
  return { head: mail.slice(0, gap.index), body: mail.slice(gap.index + gap[0].length) };
}

/** The value of a header field, unfolded; the first if there are several. */
export function fieldOf(head: string, name: string): string | undefined {
  const found = new RegExp(`^${name}:[ \\t]*([^\\n]*(?:\\n[ \\t][^\\n]*)*)`, 'imu').exec(head)?.[1];
  return found?.replaceAll(/\r?\n(?=[ \t])/gu, '').trim();
}

/** The parameters of a field such as `text/plain; charset="utf-8"`, by lower-case name. */
export function parametersOf(value: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [, key = '', quoted, plain] of value.matchAll(
    /;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/gu,
  )) {
    // RFC 2231 writes long or encoded values as name*0, name*1* and so on.
    const [name = ''] = key.toLowerCase().split('*');
    const text = quoted?.replaceAll(/\\(.)/gu, '$1') ?? plain ?? '';
    parameters.set(
      name,
      (parameters.get(name) ?? '') + (key.endsWith('*') ? text.replace(/^[^']*'[^']*'/u, '') : text),
    );
  }
  return parameters;
}
