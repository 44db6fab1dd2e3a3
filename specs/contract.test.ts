import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { writtenPages } from '../scripts/contract/pages.ts';

test('the pages about process_vm_mmap() are what "npm run contract" writes from the specs', async (t) => {
  for (const { path, text } of await writtenPages()) {
    t.is(await readFile(path, 'utf8'), text, relative(process.cwd(), path));
  }
});

test('the manual page has no error that mandoc knows of', async (t) => {
  const page = resolve(import.meta.dirname, '../docs/process-vm-mmap/process_vm_mmap.2');
  const { all, exitCode } = await execa('mandoc', ['-T', 'lint', '-W', 'warning', page], {
    all: true,
    reject: false,
  });
  t.is(all, '');
  t.is(exitCode, 0);
});
