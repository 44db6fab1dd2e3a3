import { readFile } from 'node:fs/promises';
import test from 'ava';
import { systemReason } from './system-reason.ts';

for (const [path, reason] of [
  ['/nonexistent', 'it does not exist (ENOENT)'],
  ['/', 'it is a folder (EISDIR)'],
  ['/etc/passwd/x', 'part of the path is not a folder (ENOTDIR)'],
  [`/${'x'.repeat(300)}`, 'its name is too long (ENAMETOOLONG)'],
] as const)
  test(`the system’s error for ${path.slice(0, 20)} is said in words`, async (t) => {
    t.is(systemReason(await t.throwsAsync(readFile(path))), reason);
  });

test('an error without a known code keeps its message', (t) => {
  t.is(systemReason(new Error('broken')), 'broken');
  t.is(systemReason('broken'), 'broken');
});
