import { createHash } from 'node:crypto';

/** The token of a file with this content; see TreeFiles. */
export function contentToken(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** The token of a symbolic link; see TreeFiles. */
export function linkToken(target: string): string {
  return `link:${target}`;
}

/** Whether a token says what the content is, so that content can be checked against it. */
export function isContentToken(token: string): boolean {
  return token.startsWith('sha256:');
}

/** The target that a symbolic link's token names, or `undefined` for the token of a file. */
export function linkTarget(token: string): string | undefined {
  return token.startsWith('link:') ? token.slice('link:'.length) : undefined;
}
