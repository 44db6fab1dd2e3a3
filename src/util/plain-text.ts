import { stripVTControlCharacters } from 'node:util';

/** Control characters but tab and line feed, marks that reorder text, separators of lines, and what is no character. */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- these are what it looks for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]/gu;

/** Serial lines end in CR LF or CR CR LF, and of a single line only the CR is left. */
const RETURNS = /\r+(?=\n|$)/gu;

/** What CI systems take for a command: `##[…]`, `##vso[…]` and their like anywhere in a line, `::…::` at its start. */
const LOG_COMMAND = /#(?=#\w*\[)|(?<=^\s*)(?=::)/gmu;

/**
 * Text of a guest that is safe to show anywhere: colours are removed, and every other character that could mislead a
 * terminal, a log or a reader is written as its number. Lines and tabs stay.
 */
export function plainText(text: string): string {
  return stripVTControlCharacters(text.toWellFormed())
    .replaceAll(RETURNS, '')
    .replaceAll(UNPRINTABLE, escapeCharacter)
    .replaceAll(LOG_COMMAND, '$&\\');
}

/** The same on one line. */
export function plainLine(text: string): string {
  return plainText(text)
    .replaceAll(/[\n\t]+/gu, ' ')
    .trim();
}

/** The styles that kgate itself uses. */
// oxlint-disable-next-line no-control-regex -- this is how they begin
const STYLE = /(\u001b\[[\d;]*m)/u;

/**
 * Text on its way to a terminal, with its styles and nothing else that a terminal obeys: the last line of defence, for
 * what has not been made plain at its source.
 */
export function withoutCommands(text: string): string {
  return text
    .toWellFormed()
    .split(STYLE)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replaceAll(/\r+(?=\n)/gu, '').replaceAll(UNPRINTABLE, escapeCharacter),
    )
    .join('');
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
