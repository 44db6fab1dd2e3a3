/**
 * A file contains no console log, or none that can be read. The message is the rest of a sentence: "it is a PNG image".
 */
export class NotALog extends Error {
  override readonly name = 'NotALog';
}
