import { mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import test from 'ava';
import { assert, asyncProperty, dictionary, stringMatching, uint8Array } from 'fast-check';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { digestFile } from '../digest.ts';
import { packEntry, unpackEntry } from './entry-blob.ts';
import { ServerTrouble } from './server-trouble.ts';

const NEVER = new AbortController().signal;
const NAME = 'things/1';

/** Packs files, and unpacks what `change` makes of the blob. */
async function packAndUnpack(
  folder: string,
  files: Readonly<Record<string, Uint8Array>>,
  change: (blob: Buffer) => Buffer = (blob) => blob,
) {
  const digests = new Map<string, string>();
  for (const [path, bytes] of Object.entries(files)) {
    const file = join(folder, 'from', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
    digests.set(path, await digestFile(file));
  }
  const blob = join(folder, 'blob');
  await packEntry(join(folder, 'from'), NAME, digests, blob, NEVER);
  await writeFile(blob, change(await readFile(blob)));
  const to = join(folder, 'to');
  return { to, digests, unpacked: unpackEntry(blob, NAME, to), bytes: (await stat(blob)).size };
}

test('any files come out as they went in', async (t) => {
  const path = stringMatching(/^(?:[a-z]{1,8}\/)?[a-z]{1,8}\.o$/u);
  await assert(
    asyncProperty(dictionary(path, uint8Array({ maxLength: 20_000 })), async (given) => {
      await using folder = await createTemporaryFolder('kgate-blob');
      const { to, digests, unpacked } = await packAndUnpack(folder.path, given);
      t.deepEqual(await unpacked, digests);
      for (const [file, bytes] of Object.entries(given))
        t.deepEqual(new Uint8Array(await readFile(join(to, file))), bytes);
    }),
    { numRuns: 25 },
  );
});

test('the zeros of a large file take room neither in the blob nor on the disk', async (t) => {
  await using folder = await createTemporaryFolder('kgate-blob');
  const memory = Buffer.alloc(32 * 2 ** 20);
  memory.write('start');
  memory.write('middle', 17 * 2 ** 20 + 4_000);
  const { to, unpacked, bytes } = await packAndUnpack(folder.path, { a: Buffer.from('x'), memory });
  await unpacked;
  t.true(memory.equals(await readFile(join(to, 'memory'))));
  const { size, blocks } = await stat(join(to, 'memory'));
  t.is(size, memory.length);
  t.true(blocks * 512 < 2 ** 20, `${blocks} blocks`);
  t.true(bytes < 2 ** 16, `${bytes} bytes`);
});

const FILES = { big: Buffer.alloc(300_000, 'abc'), empty: Buffer.alloc(0), last: Buffer.from('last') };

/** Changes what is inside of the compression. */
const inside = (change: (text: string) => string) => (blob: Buffer) =>
  zstdCompressSync(Buffer.from(change(zstdDecompressSync(blob).toString('latin1')), 'latin1'));

for (const [what, change] of Object.entries<(blob: Buffer) => Buffer>({
  'is cut short': (blob) => blob.subarray(0, blob.length - 30),
  'is empty': () => Buffer.alloc(0),
  'is a page of HTML': () => Buffer.from('<html>It works!</html>'),
  'lacks its last bytes': inside((text) => text.slice(0, -2)),
  'has more bytes than its list': inside((text) => `${text}more`),
  'has a changed byte': inside((text) => text.replace('abcabc', 'abcabd')),
  'is that of another entry': inside((text) => text.replace(NAME, 'things/2')),
  'writes outside of its folder': inside((text) => text.replace('"big"', '"../big"')),
  'writes to an absolute path': inside((text) => text.replace('"big"', '"/big"')),
  'has one file twice': inside((text) => text.replace('"last"', '"big"')),
  'has a file in a file': inside((text) => text.replace('"last"', '"big/last"')),
  'has a name that is too long': inside((text) => text.replace('"last"', `"${'l'.repeat(300)}"`)),
  'has no list': inside(() => 'nothing\n'),
  'has a list without an end': inside(() => 'x'.repeat(17 * 2 ** 20)),
})) {
  test(`a blob that ${what} is refused`, async (t) => {
    await using folder = await createTemporaryFolder('kgate-blob');
    const { unpacked } = await packAndUnpack(folder.path, FILES, change);
    const error = await t.throwsAsync(unpacked, { instanceOf: ServerTrouble });
    t.is(error.kind, 'lying');
    await t.throwsAsync(stat(join(folder.path, 'big')));
  });
}

test('a file that shrinks while it is packed is noticed by whoever unpacks it', async (t) => {
  await using folder = await createTemporaryFolder('kgate-blob');
  const { digests } = await packAndUnpack(folder.path, FILES);
  await truncate(join(folder.path, 'from/big'), 1_000);
  const blob = join(folder.path, 'again');
  await packEntry(join(folder.path, 'from'), NAME, digests, blob, NEVER);
  await t.throwsAsync(unpackEntry(blob, NAME, join(folder.path, 'other')), { instanceOf: ServerTrouble });
});
