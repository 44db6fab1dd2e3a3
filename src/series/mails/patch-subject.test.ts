import test from 'ava';
import { parseSubject } from './patch-subject.ts';

const facts = (subject: string) => {
  const { isReply, isTagged, version, revision, number, total, title } = parseSubject(subject);
  const place = total === undefined ? '' : ` ${number}/${total}`;
  return `${isReply ? 're ' : ''}${isTagged ? `v${version}${revision === 0 ? '' : `.${revision}`}${place}` : '-'} | ${title}`;
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
  ['[net-next v2 1/4] net: x', 'v2 1/4 | net: x'],
  ['[mm-unstable v4 2/5] mm: x', 'v4 2/5 | mm: x'],
  ['[net-next v2] net: x', 'v2 | net: x'],
  ['[PATCH v3,2/4] mm: x', 'v3 2/4 | mm: x'],
  ['[PATCH,v3,2/4] mm: x', 'v3 2/4 | mm: x'],
  ['[v3,2/4] mm: x', 'v3 2/4 | mm: x'],
  ['[PATCH][v2] mm: x', 'v2 | mm: x'],
  ['[PATCH] [v3] mm: x', 'v3 | mm: x'],
  ['[PATCH 1/2][v2] mm: x', 'v2 1/2 | mm: x'],
  ['[PATCH] [1/2] mm: x', 'v1 1/2 | mm: x'],
  ['[PATCH1/2] mm: x', 'v1 1/2 | mm: x'],
  ['[PATCH 2/5 (v3)] mm: x', 'v3 2/5 | mm: x'],
  ['[PATCH-v2 1/2] mm: x', 'v2 1/2 | mm: x'],
  ['[PATCH V2 1 / 2] mm: x', 'v2 1/2 | mm: x'],
  ['[PATCH version 2 1/3] mm: x', 'v2 1/3 | mm: x'],
  ['[PATCH v2.1 2/2] mm: x', 'v2.1 2/2 | mm: x'],
  ['[PATCH v5.10 v2 2/2] mm: x', 'v2 2/2 | mm: x'],
  ['[PATCH 6.1.y 2/2] mm: x', 'v1 2/2 | mm: x'],
  ['[PATCH 2 of 5] mm: x', 'v1 2/5 | mm: x'],
  ['[PATCH v4l-utils 1/2] x', 'v1 1/2 | x'],
  ['[PATCH] sv: fix a thing', 'v1 | sv: fix a thing'],
  ['Fwd: [PATCH 1/2] mm: x', 're v1 1/2 | mm: x'],
  ['[dispatcher] x', '- | x'],
] as const) {
  test(`"${subject}" is read`, (t) => {
    t.is(facts(subject), expected);
  });
}
