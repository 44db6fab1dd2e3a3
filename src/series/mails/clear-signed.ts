const BEGIN = /^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\r?\n(?:[^\n:]+:[^\n]*\n)*[ \t]*\r?\n/mu;
const END = /^-----BEGIN PGP SIGNATURE-----[ \t]*\r?$/mu;

/**
 * The signed part of a text in PGP's clear form, without the dashes put before its lines; other texts unchanged. The
 * signature is not checked.
 */
export function withoutClearSignature(text: string): string {
  const begin = BEGIN.exec(text);
  if (begin === null) return text;
  const signed = text.slice(begin.index + begin[0].length);
  const end = END.exec(signed)?.index ?? signed.length;
  return text.slice(0, begin.index) + signed.slice(0, end).replaceAll(/^- /gmu, '');
}
