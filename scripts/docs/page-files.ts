import { readFile } from 'node:fs/promises';

/** A file that a page has its reader write, relative to where its commands are executed. */
export interface PageFile {
  readonly path: string;
  readonly content: string;
}

/** The files that a page has its reader write: each is named right before the block that holds it. */
export async function filesToWrite(page: string): Promise<readonly PageFile[]> {
  const text = await readFile(page, 'utf8');
  return [...text.matchAll(/Write `([^`]+)`:\n\n```\w+\n([\s\S]*?)```/gu)].map(
    ([, path = '', content = '']) => ({ path, content }),
  );
}
