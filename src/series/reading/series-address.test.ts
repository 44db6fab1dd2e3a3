import { assert, property, string } from 'fast-check';
import test from 'ava';
import { parseAddress } from './series-address.ts';

const ID = '20250101.1-2-ada@example.org';

for (const text of [
  `<${ID}>`,
  ID,
  `id:${ID}`,
  `https://lore.kernel.org/all/${ID}/`,
  `https://lore.kernel.org/linux-mm/${ID}/T/#t`,
  `https://lore.kernel.org/r/${ID}`,
  `http://lkml.kernel.org/r/${ID.replace('@', '%40')}`,
  `https://patch.msgid.link/${ID}`,
  `https://patchwork.kernel.org/project/linux-mm/patch/${ID}/`,
  `https://lore.kernel.org/all/${ID}/raw`,
])
  test(`${text} names a message`, (t) => {
    t.deepEqual(parseAddress(text), { kind: 'message', id: ID });
  });

for (const [text, what, hint] of [
  [
    'https://patchwork.kernel.org/project/linux-mm/list/?series=123&state=*',
    /Patchwork/u,
    /curl -L 'https:\/\/patchwork\.kernel\.org\/series\/123\/mbox\/' \| kgate gate -/u,
  ],
  ['https://patchwork.kernel.org/series/123/', /Patchwork/u, /series\/123\/mbox\/' \|/u],
  ['https://lore.kernel.org/linux-mm/', /archive/u, /message id/u],
  ['https://github.com/torvalds/linux/pull/1', /git server/u, /pull\/1\.patch'/u],
  ['https://example.org/x.mbox', /an address/u, /curl -L 'https:\/\/example\.org\/x\.mbox' \| kgate gate -/u],
] as const)
  test(`${text} is told what it is, and what to do`, (t) => {
    const address = parseAddress(text);
    t.is(address?.kind, 'page');
    t.regex(address?.kind === 'page' ? address.what : '', what);
    t.regex(address?.kind === 'page' ? address.hint : '', hint);
  });

test('paths are no addresses, and no id is an option of b4', (t) => {
  for (const path of ['v3.mbox', './a@b', 'dir/a@b', '/tmp/x', '-', '', '<a>', '-o@x', '<--x@y>'])
    t.is(parseAddress(path), undefined, path);
  assert(
    property(string(), (text) => {
      const address = parseAddress(text);
      return address?.kind !== 'message' || !/^-|[\s<>]/u.test(address.id);
    }),
  );
});
