import { gzipSync, zstdCompressSync } from 'node:zlib';
import test from 'ava';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NotALog } from './not-a-log.ts';
import { readLog } from './read-log.ts';

const LOG = Array.from(
  { length: 3000 },
  (_, index) => `[    1.${String(index).padStart(6, '0')}] line ${index}\r\n`,
).join('');

async function read(bytes: Uint8Array, chunk = 1000): Promise<string> {
  async function* give() {
    for (let at = 0; at < bytes.length; at += chunk) yield Buffer.from(bytes.subarray(at, at + chunk));
  }
  const parts: Buffer[] = [];
  for await (const part of readLog(give())) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

test('a log is given as it is', async (t) => {
  t.is(await read(Buffer.from(LOG)), LOG);
  t.is(await read(Buffer.from(LOG), 1), LOG);
});

test('UTF-16 is converted, with a mark at its beginning or without, and a mark of UTF-8 is left out', async (t) => {
  t.is(await read(Buffer.from(`\uFEFF${LOG}`, 'utf16le'), 777), LOG);
  t.is(await read(Buffer.from(LOG, 'utf16le'), 777), LOG);
  t.is(await read(swapped(`\uFEFF${LOG}`)), LOG);
  t.is(await read(swapped(LOG)), LOG);
  t.is(await read(Buffer.from(`\uFEFF${LOG}`)), LOG);
});

test('gzip and zstd are undone, also twice and around UTF-16', async (t) => {
  t.is(await read(gzipSync(LOG)), LOG);
  t.is(await read(zstdCompressSync(LOG)), LOG);
  t.is(await read(gzipSync(gzipSync(LOG))), LOG);
  t.is(await read(gzipSync(Buffer.from(`\uFEFF${LOG}`, 'utf16le'))), LOG);
  t.is(await read(Buffer.concat([gzipSync('one\n'), gzipSync('two\n')])), 'one\ntwo\n');
});

for (const [program, ending] of [
  ['xz', 'xz'],
  ['bzip2', 'bz2'],
] as const) {
  test(`${program} is undone by the program of that name`, async (t) => {
    await using folder = await createTemporaryFolder('kgate-log');
    const file = join(folder.path, 'log');
    await writeFile(file, LOG);
    await runCommand(program, [file]);
    const bytes = await readFile(`${file}.${ending}`);
    t.is(await read(bytes), LOG);
    await t.throwsAsync(read(bytes.subarray(0, bytes.length / 2)), {
      instanceOf: NotALog,
      message: new RegExp(`^as ${program} it is damaged: `, 'u'),
    });
  });
}

test('the end of a compressed log that was cut off is an error, not an end', async (t) => {
  for (const bytes of [gzipSync(LOG), zstdCompressSync(LOG)])
    await t.throwsAsync(read(bytes.subarray(0, bytes.length / 2)), {
      instanceOf: NotALog,
      message: /^as (?:gzip|zstd) it is damaged: /u,
    });
});

const pseudoRandom = Buffer.from(
  Array.from({ length: 5000 }, (_, index) => (index * index * 31 + index * 7) % 251),
);

/** Files that are not logs, and how they are described. */
const OTHERS: readonly (readonly [name: string, bytes: Buffer, why: string])[] = [
  ['nothing', Buffer.alloc(0), 'it is empty'],
  ['a program', Buffer.concat([Buffer.from('\u007FELF'), pseudoRandom]), 'it is an ELF file'],
  ['an image', Buffer.concat([Buffer.from('\u0089PNG', 'latin1'), pseudoRandom]), 'it is a PNG image'],
  ['bytes', pseudoRandom, 'it is no text'],
  ['zeros', Buffer.alloc(5000), 'it is no text'],
  ['compressed bytes', gzipSync(pseudoRandom), 'it is no text'],
  ['an archive', Buffer.from(`${'x'.repeat(257)}ustar`), 'it is a tar archive'],
  ['a page', Buffer.from('\n<!DOCTYPE html><html>404</html>'), 'it is an HTML page'],
  ['a document', Buffer.from('{"message": "not found"}'), 'it is JSON'],
];

for (const [name, bytes, why] of OTHERS) {
  test(`no log: ${name}`, async (t) => {
    await t.throwsAsync(read(bytes), { instanceOf: NotALog, message: why });
  });
}

test('rubbish on a line, colours and other alphabets leave a log a log', async (t) => {
  const noisy = Buffer.concat([
    Buffer.from('\u0000\u0000\u00FF\u00FE\u0001', 'latin1'),
    Buffer.from(LOG.slice(0, 500)),
    Buffer.from('\u001B[31mпривет\u001B[0m 世界\n'),
  ]);
  t.true((await read(noisy)).endsWith('世界\n'));
});
