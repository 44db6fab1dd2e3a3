import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { TESTED_ARCHES } from '../../fixtures/run/tested-arches.ts';
import { runCommand } from '../process/run-command.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { loadProof } from './proof-record.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Panics a kernel that does not have the system call; one that has it refuses the arguments. */
const REPRODUCER = `#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

main()
{
	if (syscall(500, -1, 0UL, 0UL, 0UL, 0UL, 0UL) == -1 && errno == ENOSYS)
		write(open("/proc/sysrq-trigger", O_WRONLY), "c", 1);
	return 0;
}
`;

test.serial('a reproducer fires on the base alone, and again with QEMU and nothing else', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using folder = await createTemporaryFolder('kgate-proof');
  const file = join(folder.path, 'repro.c');
  await writeFile(file, REPRODUCER);
  const arches = TESTED_ARCHES.flatMap((arch) => ['--arch', arch]);
  const series = 'kernels/series/process-vm-mmap/6.12';
  const about = [file, '--series', series, '--runs', '4', '--expect', 'fires-on-base', ...arches];
  const { exitCode, stdout, output } = await runCommand(
    process.execPath,
    ['bin/kgate.js', 'prove', ...about],
    {
      cwd: ROOT,
    },
  );
  t.is(exitCode, 0, output);
  const [, run = ''] = /^record {2}(\S+)\/proof\.json$/mu.exec(output) ?? [];
  const place = join(ROOT, run);
  t.teardown(() => rm(place, { recursive: true, force: true }));
  const record = await loadProof(place);
  t.deepEqual(
    record?.arches.map(({ arch, base, patched }) => [
      arch,
      base.fired,
      base.runs,
      patched.fired,
      patched.runs,
    ]),
    TESTED_ARCHES.map((arch) => [arch, 4, 4, 0, 4]),
  );
  for (const { arch, base } of record?.arches ?? []) {
    t.regex(base.seen[0]?.what ?? '', /sysrq triggered crash/iu);
    t.true(
      stdout.includes(
        `repro.c fires in 4 of 4 on base, 0 of 4 patched (Fisher, one-sided: p = 0.014), ${arch}`,
      ),
    );
    const script = join(place, 'repeat', `repeat-${arch}.sh`);
    t.is(await readFile(join(place, 'repeat/repro.c'), 'utf8'), REPRODUCER);
    const without = await runCommand('sh', [script, 'base']);
    t.regex(without.output, /Kernel panic - not syncing: sysrq triggered crash/u);
    const withIt = await runCommand('sh', [script, 'patched']);
    t.regex(withIt.output, /repro: ended with status 0/u);
  }
});
