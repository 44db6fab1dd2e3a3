import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLONE, HOME } from '../places.ts';
import { must } from './must.ts';
import { writePagesFiles } from './package.ts';

/** A reproducer that fires by its status: on kernels that answer a range beyond a mapping with `errno`. */
const reproducer = (errno: string): string => `#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>

int main(void)
{
	char *page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(page + 4096, 4096);
	errno = 0;
	mremap(page, 8192, 16384, MREMAP_MAYMOVE);
	return errno == ${errno};
}
`;

const SCRIPTS: Readonly<Record<string, string>> = {
  'check.sh': '#!/bin/sh\ntest "$(wc -c < "$1")" -eq 5\n',
  mremap_test: '#!/bin/sh\necho TAP version 13\necho 1..1\necho ok 1 moves\n',
};

/** What a kernel file of one's own looks like: the tree, with the series of the system call. */
const KERNEL_FILE = `kernel: my-kernel
summary: my own tree
source: { tree: ../linux, revision: v6.12 }
extends: process-vm-mmap
series: [../kgate/kernels/series/process-vm-mmap/6.12]
`;

/** What the pages assume that their reader has: mails, reproducers, logs, a kernel file. */
export async function prepareUsersFiles(): Promise<void> {
  const series = join(CLONE, 'docs/examples/mremap-cleanups.mbox');
  for (const folder of ['mail', 'work']) await mkdir(join(HOME, folder), { recursive: true });
  for (const name of ['mail/mremap-v3.mbox', 'mail/v2.mbox', 'kgate/v3.mbox', 'kgate/fix.mbox'])
    await cp(series, join(HOME, name));
  await writeFile(join(HOME, 'work/my-kernel.yaml'), KERNEL_FILE);
  // The first patch by itself, as b4 hands it over.
  const [, , first = ''] = (await readFile(series, 'utf8')).split(/^(?=From mboxrd@z)/mu);
  await writeFile(join(CLONE, 'mail'), first.replace(' 1/3]', ']'));
  await writePagesFiles('docs/first-steps.md', CLONE);
  await writeFile(join(CLONE, 'repro-of-fix.c'), reproducer('EFAULT'));
  await writeFile(join(CLONE, 'repro.c'), reproducer('EFAULT'));
  await writeFile(join(CLONE, 'repro-of-v3.c'), reproducer('EINVAL'));
  await writeFile(
    join(CLONE, 'hello.c'),
    '#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n',
  );
  await must('gcc -o repro hello.c', { cwd: CLONE });
  for (const [name, text] of Object.entries(SCRIPTS)) {
    await writeFile(join(CLONE, name), text);
    await chmod(join(CLONE, name), 0o755);
  }
  await writeFile(join(CLONE, 'data.bin'), '12345');
  await cp(join(CLONE, 'fixtures/console/hung-task-x86_64.log'), join(CLONE, 'console.log'));
}
