/** What the subject line of a mail says about its place in a series. */
export interface PatchSubject {
  /** `Re:` and its translations. */
  readonly isReply: boolean;
  /** Whether a `[PATCH …]` or `[RFC …]` stands in front. */
  readonly isTagged: boolean;
  /** 1 unless the tag says `v2` or more. */
  readonly version: number;
  /** The 2 of `2/5`; 0 is a cover letter. */
  readonly number: number | undefined;
  /** The 5 of `2/5`. */
  readonly total: number | undefined;
  /** The subject without reply marks and tags. */
  readonly title: string;
}

const REPLY = /^(?:re|aw|sv|vs|antw|ynt|r|答复|回复)(?:\[\d+\])?\s*[:：]\s*/iu;
const TAG = /^\[([^\]]*)\]\s*/u;

/** Reads subjects as mailing lists know them: `Re: [linux-mm] [PATCH RFC v3 02/12] mm: clone`. */
export function parseSubject(subject: string): PatchSubject {
  let rest = subject.replaceAll(/\s+/gu, ' ').trim();
  let isReply = false;
  const tags: string[] = [];
  for (;;) {
    const reply = REPLY.exec(rest);
    const tag = TAG.exec(rest);
    // A tag of a list may stand before `Re:`; a bracket behind the tag of the patch belongs to its title.
    if (reply !== null) isReply = true;
    else if (tag === null || (tags.some(isPatchTag) && !isPatchTag(tag[1] ?? ''))) break;
    else tags.push(tag[1] ?? '');
    rest = rest.slice((reply ?? tag)?.[0].length);
  }
  const words = tags.filter(isPatchTag).join(' ');
  const place = /(?:^|\s)(\d+)\/(\d+)(?=\s|$)/u.exec(words);
  const version = /(?:^|[\s,]|PATCH|RFC)v(\d+)(?=[\s,]|$)/iu.exec(words);
  return {
    isReply,
    isTagged: words !== '',
    version: Math.max(1, Number(version?.[1] ?? 1)),
    number: place === null ? undefined : Number(place[1]),
    total: place === null ? undefined : Number(place[2]),
    title: rest,
  };
}

const isPatchTag = (tag: string): boolean => /PATCH|RFC|RESEND/iu.test(tag) || /^v?\d+\/\d+$/iu.test(tag);
