/** What the subject line of a mail says about its place in a series. */
export interface PatchSubject {
  /** `Re:` and its translations, and forwarded mails. */
  readonly isReply: boolean;
  /** Whether a leading bracket marks this as a patch: `[PATCH …]`, `[RFC …]`, `[net-next 1/3]`, `[mm v2]`. */
  readonly isTagged: boolean;
  /** 1 unless the tag says `v2` or more. */
  readonly version: number;
  /** The 1 of `v2.1`, which replaces parts of v2; 0 for most. */
  readonly revision: number;
  /** The 2 of `2/5`; 0 is a cover letter. */
  readonly number: number | undefined;
  /** The 5 of `2/5`. */
  readonly total: number | undefined;
  /** The subject without reply marks and tags. */
  readonly title: string;
}

const REPLY = /^(?:re|aw|sv|vs|antw|ynt|r|fwd?|wg|答复|回复)(?:\[\d+\])?\s*[:：]\s*/iu;
const TAG = /^\[([^\]]*)\]\s*/u;

/** Parses subjects as used on mailing lists: `Re: [linux-mm] [PATCH RFC v3 02/12] mm: clone`. */
export function parseSubject(subject: string): PatchSubject {
  let rest = subject.replaceAll(/\s+/gu, ' ').trim();
  let isReply = false;
  const tags: string[] = [];
  for (;;) {
    const isNamed = tags.some(isPatchTag);
    // A list's tag may come before `Re:`. What follows the patch's tag belongs to its title: `sv: fix it`.
    const reply = isNamed ? null : REPLY.exec(rest);
    const tag = TAG.exec(rest);
    if (reply !== null) isReply = true;
    else if (tag === null || (isNamed && !isPatchTag(tag[1] ?? ''))) break;
    else tags.push(tag[1] ?? '');
    rest = rest.slice((reply ?? tag)?.[0].length);
  }
  const words = tags.filter(isPatchTag).join(' ');
  const [number, total] = readPlace(words);
  return { isReply, isTagged: words !== '', ...readVersion(words), number, total, title: rest };
}

const PLACE = /(?<![\d./v])(\d+)(?:\s*\/\s*|\s+of\s+)(\d+)(?![\d./])/iu;
const VERSION = /(?:^|[^a-z0-9.]|PATCH|RFC|RESEND)v(?:er(?:sion)?[. ]?)?(\d+)(?:\.(\d+))?(?![\w.])/giu;

const isPatchTag = (tag: string): boolean =>
  /(?:^|[^a-z])(?:PATCH|RFC|RESEND|REPOST)/iu.test(tag) ||
  PLACE.test(tag) ||
  /(?:^|[^a-z0-9.])v\d+(?:\.\d+)?$/iu.test(tag);

function readPlace(words: string): readonly [number, number] | readonly [undefined, undefined] {
  const place = PLACE.exec(words);
  return place === null ? [undefined, undefined] : [Number(place[1]), Number(place[2])];
}

/** In `v6.1 v3`, which also names a tree, the version is the one without a point. */
function readVersion(words: string): { readonly version: number; readonly revision: number } {
  const found = [...words.matchAll(VERSION)];
  const meant = found.find(([, , point]) => point === undefined) ?? found[0];
  return { version: Math.max(1, Number(meant?.[1] ?? 1)), revision: Number(meant?.[2] ?? 0) };
}
