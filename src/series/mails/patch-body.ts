/** The parts of a mail's text that holds a patch. */
export interface PatchBody {
  /** Author, subject and date where the text itself begins with them, as relayed patches do. */
  readonly headers: Readonly<Partial<Record<'from' | 'subject' | 'date', string>>>;
  /** The commit message. */
  readonly message: string;
  /** What stands between the `---` line and the diff: notes to reviewers and the list of files. */
  readonly notes: string;
  /** From the first line of the diff to the end; empty where there is none. */
  readonly diff: string;
}

/** Takes a mail's text apart as `git am` does. */
export function splitPatchBody(text: string): PatchBody {
  const { headers, rest } = takeHeaders(text.replace(/^(?:[ \t]*\n)+/u, ''));
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

function takeHeaders(text: string): { headers: Record<string, string>; rest: string } {
  const headers: Record<string, string> = {};
  let rest = text;
  for (;;) {
    const line = /^(from|subject|date): (.*)(?:\n|$)/iu.exec(rest);
    const name = line?.[1]?.toLowerCase();
    if (line === null || name === undefined || name in headers) break;
    headers[name] = (line[2] ?? '').trim();
    rest = rest.slice(line[0].length);
  }
  // Headers end with an empty line; a message may well begin with a sentence that looks like one.
  if (Object.keys(headers).length > 0 && !/^\s*(?:\n|$)/u.test(rest)) return { headers: {}, rest: text };
  return { headers, rest: rest.replace(/^(?:[ \t]*\n)+/u, '') };
}

function startOfDiff(text: string): number | undefined {
  return /^(?:diff --git |diff -|Index: \S|--- [^\n]+\n\+\+\+ )/mu.exec(text)?.index;
}
