import type { LineEdit } from '../operators/code-place.ts';

const CONTEXT_LINES = 3;

/** An edit of a file, given as its lines with an empty one after the last line end, as a patch. */
export function editPatch(path: string, text: readonly string[], { from, before, after }: LineEdit): string {
  const start = Math.max(1, from - CONTEXT_LINES);
  const end = from - 1 + before.length;
  const isWhole = text.at(-1) === '';
  const last = Math.min(text.length - (isWhole ? 1 : 0), end + CONTEXT_LINES);
  const size = last - start + 1;
  const body = [
    ...marked(' ', text.slice(start - 1, from - 1)),
    ...marked('-', before),
    ...marked('+', after),
    ...marked(' ', text.slice(end, last)),
    ...(isWhole || last < text.length ? [] : ['\\ No newline at end of file']),
  ];
  return [
    `diff --git a/${path} b/${path}`,
    `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -${start},${size} +${start},${size} @@`,
    ...body,
    '',
  ].join('\n');
}

const marked = (mark: string, lines: readonly string[]): string[] => lines.map((line) => mark + line);
