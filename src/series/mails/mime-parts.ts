import { decodeTransfer } from './decode-transfer.ts';
import { fieldOf, parametersOf, splitHead } from './mail-head.ts';

/** A part of a mail that has no parts itself. Texts have one character per byte. */
export interface MimePart {
  /** In lower case, such as `text/plain`. */
  readonly type: string;
  readonly charset: string | undefined;
  readonly filename: string | undefined;
  readonly isAttachment: boolean;
  /** `format=flowed`, and whether spaces at line ends are dropped where lines are joined. */
  readonly flow: { readonly dropSpaces: boolean } | undefined;
  /** Without its transfer encoding. */
  readonly content: string;
}

/** Deeper than in any mail that a person sends. */
const DEPTH_MAX = 20;

/**
 * Splits a mail into its parts, byte by byte: only the transfer encoding is decoded. Of alternatives, only the plain
 * text is returned, if there is one.
 */
export function splitMime(mail: string, depth = 0): readonly MimePart[] {
  const { head, body } = splitHead(mail);
  const contentType = fieldOf(head, 'content-type') ?? 'text/plain';
  const type = /^\s*([\w.+-]+\/[\w.+-]+)/u.exec(contentType)?.[1]?.toLowerCase() ?? 'text/plain';
  const parameters = parametersOf(contentType);
  const boundary = parameters.get('boundary');
  if (type.startsWith('multipart/') && boundary !== undefined && depth < DEPTH_MAX) {
    const parts = splitAt(body, boundary).flatMap((part) => splitMime(part, depth + 1));
    const plain = parts.filter((part) => part.type === 'text/plain');
    return type === 'multipart/alternative' && plain.length > 0 ? plain : parts;
  }
  const disposition = fieldOf(head, 'content-disposition') ?? '';
  return [
    {
      type,
      charset: parameters.get('charset'),
      filename: parametersOf(disposition).get('filename') ?? parameters.get('name'),
      isAttachment: /^\s*attachment/iu.test(disposition),
      flow: /^flowed$/iu.test(parameters.get('format') ?? '')
        ? { dropSpaces: /^yes$/iu.test(parameters.get('delsp') ?? '') }
        : undefined,
      content: decodeTransfer(body, fieldOf(head, 'content-transfer-encoding') ?? ''),
    },
  ];
}

/** The texts between the lines `--boundary`; what comes before the first and after the last is ignored. */
function splitAt(body: string, boundary: string): readonly string[] {
  const parts: string[][] = [];
  let isOpen = false;
  for (const line of body.split('\n')) {
    const mark = line.startsWith(`--${boundary}`) ? line.slice(boundary.length + 2).trimEnd() : undefined;
    if (mark === '--') isOpen = false;
    else if (mark === '') {
      parts.push([]);
      isOpen = true;
    } else if (isOpen) parts.at(-1)?.push(line);
  }
  // The last line end belongs to the boundary; a text part ends with one all the same.
  return parts.map((lines) => `${lines.join('\n')}\n`);
}
