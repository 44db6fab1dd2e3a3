import test from 'ava';
import { parseSubject } from './patch-subject.ts';

const facts = (subject: string) => {
  const { isReply, isTagged, version, number, total, title } = parseSubject(subject);
  const place = total === undefined ? '' : ` ${number}/${total}`;
  return `${isReply ? 're ' : ''}${isTagged ? `v${version}${place}` : '-'} | ${title}`;
};

for (const [subject, expected] of [
  ['[PATCH] mm: clone', 'v1 | mm: clone'],
  ['[PATCH 2/5] mm: clone', 'v1 2/5 | mm: clone'],
  ['[PATCH v3 02/12] mm: clone', 'v3 2/12 | mm: clone'],
  ['[PATCHv2 0/3] mm: clone', 'v2 0/3 | mm: clone'],
  ['[RFC PATCH net-next v4 1/1] net: x', 'v4 1/1 | net: x'],
  ['[PATCH 2/5 v3] mm: clone', 'v3 2/5 | mm: clone'],
  ['[PATCH RESEND v2 1/2] mm: clone', 'v2 1/2 | mm: clone'],
  ['[PATCH 6.12 123/456] mm: clone', 'v1 123/456 | mm: clone'],
  ['[linux-mm] [PATCH v2 1/2] mm: clone', 'v2 1/2 | mm: clone'],
  ['[PATCH] [media] uvc: fix', 'v1 | [media] uvc: fix'],
  ['[PATCH v2] mm: support v3 of 1/2', 'v2 | mm: support v3 of 1/2'],
  ['Re: [PATCH v3 2/5] mm: clone', 're v3 2/5 | mm: clone'],
  ['[linux-mm] Re: AW: [PATCH 1/2] mm: clone', 're v1 1/2 | mm: clone'],
  ['mm: clone', '- | mm: clone'],
  ['[GIT PULL] mm', '- | mm'],
  ['', '- | '],
] as const) {
  test(`"${subject}" is read`, (t) => {
    t.is(facts(subject), expected);
  });
}
