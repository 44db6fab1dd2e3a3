import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { splitMailbox } from '../../series/mails/split-mailbox.ts';
import { readCheckedMail, type MailPart } from './checked-mail.ts';

const THREAD = join(import.meta.dirname, '../../../docs/examples/mremap-cleanups.mbox');

/** The mails of a thread one by one, as b4 gives them to its checks. */
async function mails(): Promise<readonly Uint8Array[]> {
  return splitMailbox(await readFile(THREAD)).map(({ bytes }) => bytes);
}

const replaced = async (index: number, subject: string) => {
  const mail = (await mails())[index]!;
  const text = Buffer.from(mail).toString('latin1');
  return Buffer.from(text.replace(/^Subject: .*(?:\n .*)*/mu, `Subject: ${subject}`), 'latin1');
};

test('a thread is a cover letter and patches, each with its place', async (t) => {
  const found = await Promise.all((await mails()).map((mail) => readCheckedMail(mail)));
  t.deepEqual(
    found.map((one) => one?.part),
    [
      { kind: 'cover' },
      { kind: 'patch', number: 1 },
      { kind: 'patch', number: 2 },
      { kind: 'patch', number: 3 },
    ],
  );
  t.is(found[0]!.title, 'mm/mremap: three small cleanups');
  t.is(found[2]!.messageId, '20261123115125.4242-2-kgate@example.org');
});

const parts = test.macro<[index: number, subject: string, part: MailPart, version: number]>({
  async exec(t, index, subject, part, version) {
    const read = await readCheckedMail(await replaced(index, subject));
    t.deepEqual(read?.part, part);
    t.is(read?.version, version);
  },
  title: (_, index, subject) =>
    `"${subject}" ${index === 0 ? 'without' : 'with'} a diff has a part of its own`,
});

test(parts, 1, '[PATCH v4] mm: one alone', { kind: 'single' }, 4);
test(parts, 1, '[PATCH v4 1/1] mm: one alone', { kind: 'single' }, 4);
test(parts, 1, '[PATCH net-next v2 07/12] mm: one of many', { kind: 'patch', number: 7 }, 2);
test(parts, 1, 'Re: [PATCH 1/3] mm: how about this', { kind: 'other' }, 1);
test(parts, 0, '[RFC PATCH v2 0/3] mm: a letter', { kind: 'cover' }, 2);
test(parts, 0, 'Re: [PATCH 0/3] mm: a letter', { kind: 'other' }, 1);
test(parts, 0, '[PATCH 2/3] mm: a patch that was forgotten', { kind: 'other' }, 1);
