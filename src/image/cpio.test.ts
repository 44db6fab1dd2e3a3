import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { runCommand } from '../process/run-command.ts';
import { type CpioEntry, writeCpio } from './cpio.ts';

const entries: readonly CpioEntry[] = [
  { kind: 'file', path: 'programs/area/one', bytes: Buffer.from('five\n') },
  { kind: 'folder', path: 'programs/area' },
  { kind: 'character-device', path: 'dev/console', major: 5, minor: 1 },
  { kind: 'folder', path: 'programs' },
  { kind: 'folder', path: 'dev' },
];

/** An independent reader of the format: fields of eight hex digits after the magic, everything padded to four. */
function readCpio(archive: Buffer): { name: string; mode: number; rdev: string; bytes: Buffer }[] {
  const members = [];
  for (let at = 0; at < archive.length;) {
    const text = archive.toString('latin1', at, at + 110);
    const field = (index: number) => Number.parseInt(text.slice(6 + index * 8, 14 + index * 8), 16);
    const nameEnd = at + 110 + field(11);
    const start = Math.ceil(nameEnd / 4) * 4;
    members.push({
      name: archive.toString('utf8', at + 110, nameEnd - 1),
      mode: field(1),
      rdev: `${field(9)}:${field(10)}`,
      bytes: archive.subarray(start, start + field(6)),
    });
    at = Math.ceil((start + field(6)) / 4) * 4;
  }
  return members;
}

test('folders precede their content, and the trailer is last', (t) => {
  t.deepEqual(
    readCpio(writeCpio(entries)).map(({ name }) => name),
    ['dev', 'dev/console', 'programs', 'programs/area', 'programs/area/one', 'TRAILER!!!'],
  );
});

test('files keep their bytes and devices their numbers', (t) => {
  const members = readCpio(writeCpio(entries));
  t.is(members.find(({ name }) => name === 'programs/area/one')?.bytes.toString(), 'five\n');
  const console = members.find(({ name }) => name === 'dev/console');
  t.is(console?.rdev, '5:1');
  t.is(console?.mode, 0o020600);
});

test('the archive does not depend on the order of the entries', (t) => {
  t.deepEqual(writeCpio(entries), writeCpio(entries.toReversed()));
});

test('cpio itself reads the archive', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'kgate-cpio-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const plain = entries.filter(({ kind }) => kind !== 'character-device');
  const result = await runCommand('cpio', ['-idm', '--quiet'], { cwd: folder, input: writeCpio(plain) });
  t.is(result.output, '');
  t.is(await readFile(join(folder, 'programs/area/one'), 'utf8'), 'five\n');
});
