import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  assert,
  asyncProperty,
  constantFrom,
  nat,
  record,
  string,
  boolean,
  shuffledSubarray,
  array,
} from 'fast-check';
import test from 'ava';
import { UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { loadSeries } from '../load-series.ts';
import { splitMailbox } from '../mails/split-mailbox.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/series');
const REAL = join(import.meta.dirname, '../../../kernels/series/process-vm-mmap/6.12');

const FROM = Buffer.from('From mboxrd@z Thu Jan  1 00:00:00 1970\n');

/** What is told of a series apart from where each mail stood. */
async function loadMails(mails: readonly Uint8Array[]) {
  await using folder = await createTemporaryFolder('kgate-series');
  const file = join(folder.path, 'a.mbox');
  await writeFile(file, Buffer.concat(mails.flatMap((mail) => [mail, Buffer.from('\n')])));
  const series = await loadSeries({ kind: 'path', path: file });
  return { ...series, origin: '', patches: series.patches.map((patch) => ({ ...patch, origin: '' })) };
}

test('a thread is the same series in whatever order its mails come', async (t) => {
  const bytes = await readFile(join(FIXTURES, 'thread.mbox'));
  const mails = splitMailbox(bytes).map((mail) => mail.bytes);
  const expected = await loadMails(mails);
  t.is(expected.patches.length, 3);
  await assert(
    asyncProperty(shuffledSubarray(mails, { minLength: mails.length }), async (shuffled) => {
      t.deepEqual(await loadMails(shuffled), expected);
    }),
    { numRuns: 25 },
  );
});

test('a damaged thread is a series or a usage error, never a bug', async (t) => {
  const bytes = await readFile(join(FIXTURES, 'thread.mbox'));
  const place = nat({ max: bytes.length });
  const spoils = array(record({ at: place, length: nat({ max: 400 }), text: string({ maxLength: 30 }) }), {
    minLength: 1,
    maxLength: 6,
  });
  await assert(
    asyncProperty(spoils, async (changes) => {
      let spoilt = bytes.toString('latin1');
      for (const { at, length, text } of changes)
        spoilt = spoilt.slice(0, at) + text + spoilt.slice(at + length);
      try {
        const { patches } = await loadMails([Buffer.from(spoilt, 'latin1')]);
        t.true(patches.length > 0);
      } catch (error) {
        t.true(error instanceof UsageError, String(error));
      }
    }),
    { numRuns: 150 },
  );
});

/** One way to send a text by mail. */
const sending = record({
  encoding: constantFrom('8bit', 'quoted-printable', 'base64'),
  isCrlf: boolean(),
  isAttached: boolean(),
});
type Sending = { readonly encoding: string; readonly isCrlf: boolean; readonly isAttached: boolean };

function encode(text: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(text).toString('base64').replaceAll(/.{76}/gu, '$&\n');
  if (encoding === '8bit') return Buffer.from(text).toString('latin1');
  const bytes = Buffer.from(text).toString('latin1');
  const escaped = bytes.replaceAll(/[^\n\x20-\x3c\x3e-\x7e]|[ \t](?=\n)/gu, (one) => {
    return `=${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return escaped.replaceAll(/^.{70}(?!$)(?<!=.?)/gmu, '$&=\n');
}

/** A patch file as a mail program would send it. */
function send(patch: string, index: number, { encoding, isCrlf, isAttached }: Sending): Buffer {
  const end = patch.indexOf('\n\n');
  const headers = patch.slice(patch.indexOf('\n') + 1, end);
  const body = patch.slice(end + 2);
  const coded = (text: string, type: string) =>
    `Content-Type: ${type}; charset=utf-8\nContent-Transfer-Encoding: ${encoding}\n\n${encode(text, encoding)}\n`;
  const start = body.indexOf('\ndiff --git ') + 1;
  const parts = isAttached
    ? `Content-Type: multipart/mixed; boundary=b\n\n--b\n${coded(body.slice(0, start), 'text/plain')}\n--b\n` +
      `Content-Disposition: attachment; filename=a.patch\n${coded(body.slice(start), 'text/x-patch')}\n--b--\n`
    : coded(body, 'text/plain');
  const mail = `Message-ID: <m${index}@x>\n${headers}\nMIME-Version: 1.0\n${parts}`;
  const escaped = mail.replaceAll(/^(>*From )/gmu, '>$1');
  return Buffer.concat([FROM, Buffer.from(isCrlf ? escaped.replaceAll('\n', '\r\n') : escaped, 'latin1')]);
}

const diffOf = (text: string) => text.slice(text.indexOf('\ndiff --git ')).trimEnd();
const messageOf = (text: string) => text.slice(text.indexOf('\n\n'), text.indexOf('\n---\n')).trimEnd();

test('a real series arrives whole, however each of its mails was encoded', async (t) => {
  const names = (await readdir(REAL)).filter((name) => name.endsWith('.patch')).toSorted();
  const patches = await Promise.all(names.map((name) => readFile(join(REAL, name), 'utf8')));
  const ways = array(sending, { minLength: patches.length, maxLength: patches.length });
  const order = shuffledSubarray([...patches.keys()], { minLength: patches.length });
  await assert(
    asyncProperty(ways, order, async (how, indices) => {
      const { patches: loaded } = await loadMails(
        indices.map((index) => send(patches[index]!, index, how[index]!)),
      );
      t.deepEqual(
        loaded.map(({ text }) => [messageOf(text), diffOf(text)]),
        patches.map((text) => [messageOf(text), diffOf(text)]),
      );
    }),
    { numRuns: 20 },
  );
});
