/** Characters that JSON may hold as they are, and that a terminal, a reader or a CI log may act on. */
const ACTIVE =
  /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|#(?=#\w*\[)/gu;

/** A value as JSON that is safe to print: the same value to a parser, and no commands to anything else. */
export function printableJson(value: unknown, indent = 2): string {
  const text = JSON.stringify(value, undefined, indent);
  return `${text.replaceAll(ACTIVE, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)}\n`;
}
