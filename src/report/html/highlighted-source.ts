import c from '@speed-highlight/core/languages/c.js';
import { tokenizeWith, type ShjGrammar, type ShjToken } from '@speed-highlight/core/tokenize';
import { markup, type Markup } from './markup.ts';

/** The package's types are not written for exact optional properties. */
const PLAIN_C = c as ShjGrammar;

/** The language with words that the kernel adds to it. */
const KERNEL_C: ShjGrammar = [
  ...PLAIN_C,
  { type: 'kwd', match: /\b(?:inline|restrict|bool|typeof|[us](?:8|16|32|64)|s?size_t)\b/gu },
];

/** What is worth a colour, by the name that the page's styles have for it. */
const CLASSES: Partial<Record<ShjToken, string>> = {
  kwd: 'keyword',
  cmnt: 'comment',
  str: 'string',
  num: 'number',
};

/** A hunk may begin in a comment: its end comes before any beginning. */
const ENDS_COMMENT = /^(?:(?!\/\*)[^])*?\*\//u;

/** The lines of a piece of a file, highlighted where they are C. What they say is escaped like everything else. */
export function highlightSource(path: string, lines: readonly string[]): readonly Markup[] {
  if (!/\.[ch]$/u.test(path)) return lines.map((line) => markup`${line}`);
  const text = lines.join('\n');
  const opening = ENDS_COMMENT.test(text) ? '/*\n' : '';
  const rendered: Markup[][] = [[]];
  tokenizeWith(opening + text, KERNEL_C, (token, kind) => {
    for (const [index, part] of token.split('\n').entries()) {
      if (index > 0) rendered.push([]);
      if (part !== '') rendered.at(-1)?.push(renderPart(part, kind));
    }
  });
  return rendered.slice(opening === '' ? 0 : 1).map((parts) => markup`${parts}`);
}

function renderPart(part: string, kind: ShjToken | undefined): Markup {
  // The grammar takes `*` and `&` for words of the language.
  const name = kind === undefined || /^[*&]$/u.test(part) ? undefined : CLASSES[kind];
  return name === undefined ? markup`${part}` : markup`<span class="c-${name}">${part}</span>`;
}
