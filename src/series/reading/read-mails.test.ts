import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import test from 'ava';
import { HostError, UsageError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { loadSeries } from '../load-series.ts';
import { readBytes } from './read-mails.ts';

const FILE = join(import.meta.dirname, '../../../fixtures/series/thread.mbox');
const THREAD = await readFile(FILE);

async function packed(program: string): Promise<Uint8Array> {
  const { stdout } = await runCommand(program, ['-c'], { input: THREAD, asBytes: true });
  return Buffer.from(stdout, 'latin1');
}

for (const [format, pack] of [
  ['gzip', async () => gzipSync(THREAD)],
  ['zstd', async () => zstdCompressSync(THREAD)],
  ['xz', () => packed('xz')],
  ['bzip2', () => packed('bzip2')],
] as const)
  test(`a mailbox that ${format} compressed is read whatever it is called`, async (t) => {
    await using folder = await createTemporaryFolder('kgate-packed');
    const path = join(folder.path, 'thread');
    const bytes = await pack();
    await writeFile(path, bytes);
    t.is((await loadSeries({ kind: 'path', path })).patches.length, 3);
    const broken = await t.throwsAsync(readBytes(bytes.subarray(0, 60), 'thread'), {
      instanceOf: UsageError,
    });
    t.is(broken.code, 'SERIES_MAIL_INVALID');
    t.regex(broken.message, /^thread cannot be decompressed: .+\.$/u);
  });

test.serial('a host without xz is told the package that has it', async (t) => {
  const bytes = await packed('xz');
  await using empty = await createTemporaryFolder('kgate-no-xz');
  const path = process.env['PATH'];
  process.env['PATH'] = empty.path;
  try {
    const error = await t.throwsAsync(readBytes(bytes, 'a.mbox.xz'), { instanceOf: HostError });
    t.is(error.hint, 'Install it: apt-get install xz-utils');
  } finally {
    process.env['PATH'] = path;
  }
});

const tar = Buffer.alloc(1024);
tar.write('ustar', 257);

for (const [index, [bytes, what, hint]] of (
  [
    [Buffer.from('\x89PNG\r\n\x1a\n\0\0\0', 'latin1'), 'a PNG image', /as text/u],
    [Buffer.from('\xff\xd8\xff\xe0', 'latin1'), 'a JPEG image', /as text/u],
    [Buffer.from('%PDF-1.7\n'), 'a PDF document', /as text/u],
    [Buffer.from('\x7fELF\x02'), 'an ELF program or object', /as text/u],
    [Buffer.from('PK\x03\x04'), 'a zip archive', /Unpack/u],
    [tar, 'a tar archive', /Unpack/u],
    [Buffer.from('\ufeffFrom: a', 'utf16le'), 'a text in UTF-16', /iconv/u],
    [Buffer.from('From: a <a@example.org>', 'utf16le'), 'a text in UTF-16', /iconv/u],
    [Buffer.from('<!DOCTYPE html>\n<title>public-inbox'), 'an HTML page', /b4 mbox/u],
    [Buffer.from('<html><title>x - Patchwork</title>'), 'an HTML page', /mbox\/ \| kgate gate -/u],
    [Buffer.from('{"id": 1}'), 'a JSON document', /b4 mbox/u],
    [Buffer.from('# v2 git bundle\n'), 'a git bundle', /--range/u],
    [Buffer.from('-----BEGIN PGP MESSAGE-----\n'), 'encrypted with PGP', /gpg -d/u],
    [Buffer.from('https://example.org/x\n'), 'an address', /address itself/u],
  ] as const
).entries())
  test(`file ${index}, which is ${what}, is reported as that`, async (t) => {
    const error = await t.throwsAsync(readBytes(bytes, 'x'), { instanceOf: UsageError });
    t.is(error.code, 'SERIES_EMPTY');
    t.is(error.message, `There is no patch in x: it is ${what}.`);
    t.regex(error.hint ?? '', hint);
  });

test('what is in a compressed file is reported as such', async (t) => {
  const error = await t.throwsAsync(readBytes(gzipSync(tar), 'x.tar.gz'), { instanceOf: UsageError });
  t.is(error.message, 'There is no patch in x.tar.gz: what it holds is a tar archive.');
});
