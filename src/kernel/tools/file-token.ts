import { createHash } from 'node:crypto';

/** The token of a file with this content; see TreeFiles. */
export function contentToken(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** The token of a symbolic link; see TreeFiles. */
export function linkToken(target: string): string {
  return `link:${target}`;
}

/** The token of a file that git stores as this blob; see TreeFiles. */
export function blobToken(blob: string): string {
  return `git:${blob}`;
}

/** Whether a token that is a digest shows that the content differs. */
export function contradicts(token: string, content: Uint8Array): boolean {
  if (token.startsWith('sha256:')) return contentToken(content) !== token;
  if (token.startsWith('git:')) return blobToken(blobOf(content, token)) !== token;
  return false;
}

/** The id that git gives a content, in the hash that the token was made with. */
function blobOf(content: Uint8Array, token: string): string {
  const algorithm = token.length === blobToken('').length + SHA1_DIGITS ? 'sha1' : 'sha256';
  return createHash(algorithm).update(`blob ${content.length}\0`).update(content).digest('hex');
}

const SHA1_DIGITS = 40;

/** The target that a symbolic link's token names, or `undefined` for the token of a file. */
export function linkTarget(token: string): string | undefined {
  return token.startsWith('link:') ? token.slice('link:'.length) : undefined;
}
