import { decodeWords } from 'postal-mime';

/** The parts of a mail text that contains a patch. */
export interface PatchBody {
  /** Author, subject and date if the text itself begins with them, as in relayed patches; decoded. */
  readonly headers: Readonly<Partial<Record<'from' | 'subject' | 'date', string>>>;
  /** The commit message. */
  readonly message: string;
  /** The text between the `---` line and the diff: notes to reviewers and the list of files. */
  readonly notes: string;
  /** From the first line of the diff to the end; empty if there is none. */
  readonly diff: string;
}

/** Splits a mail's text as `git am --scissors` does. */
export function splitPatchBody(text: string): PatchBody {
  const { headers, rest } = takeHeaders(behindScissors(text).replace(/^(?:[ \t]*\n)+/u, ''));
  const start = startOfDiff(rest);
  const before = start === undefined ? rest : rest.slice(0, start);
  const dashes = /^---[ \t]*$/mu.exec(before);
  return {
    headers,
    message: (dashes === null ? before : before.slice(0, dashes.index)).trimEnd(),
    notes: dashes === null ? '' : before.slice(dashes.index + dashes[0].length).replace(/^\n/u, ''),
    diff: start === undefined ? '' : rest.slice(start),
  };
}

/** Where a diff begins in a text; `undefined` if there is none. */
export function startOfDiff(text: string): number | undefined {
  return /^(?:diff --git |diff -|Index: \S|--- [^\n]+\n\+\+\+ )/mu.exec(text)?.index;
}

/** A line such as `-- >8 --` ends discussion above a patch. */
function behindScissors(text: string): string {
  const words = text.slice(0, startOfDiff(text) ?? 0);
  const cut = [...words.matchAll(/^(?=.*-)[-\s]*(?:(?:8<|>8|%<|>%)[-\s]*)+$/gmu)].at(-1);
  return cut === undefined ? text : text.slice(cut.index + cut[0].length);
}

const FIELD = /^>?(from|subject|date):[ \t]+([^\n]*(?:\n[ \t]+\S[^\n]*)*)(?:\n|$)/iu;

function takeHeaders(text: string): { headers: Record<string, string>; rest: string } {
  const headers: Record<string, string> = {};
  let rest = text;
  for (;;) {
    const line = FIELD.exec(rest);
    const name = line?.[1]?.toLowerCase();
    if (line === null || name === undefined || name in headers) break;
    headers[name] = decodeWords((line[2] ?? '').replaceAll(/\n[ \t]+/gu, ' ')).trim();
    rest = rest.slice(line[0].length);
  }
  // A message may begin with a sentence that looks like a header. Headers end with an empty line, or name a person.
  const isEnded = /^\s*(?:\n|$)/u.test(rest) || /<[^<>\s]+@[^<>\s]+>$/u.test(headers['from'] ?? '');
  if (Object.keys(headers).length > 0 && !isEnded) return { headers: {}, rest: text };
  return { headers, rest: rest.replace(/^(?:[ \t]*\n)+/u, '') };
}
