import { constants, createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InfraError } from '../errors.ts';
import { runCommand } from '../process/run-command.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { bounded } from './bounded.ts';
import type { Guest, GuestWait } from './guest.ts';

/** As long as a slow disk takes for some gigabytes. */
const DUMP_MS = 300_000;

export interface DumpOptions extends GuestWait {
  /** Whether addresses are physical, as crash(8) and drgn want them; gdb wants those that processors use. */
  readonly physical: boolean;
}

/**
 * Stops a guest and writes its memory and registers to a file, as an ELF core; a file that is there is replaced. The core
 * comes through a pipe, as QEMU may not write large files itself.
 */
export async function dumpMemory(
  { qmp }: Pick<Guest, 'qmp'>,
  file: string,
  { physical, signal }: DumpOptions,
): Promise<void> {
  await using folder = await createTemporaryFolder('kgate-dump');
  const pipe = join(folder.path, 'core');
  const made = await runCommand('mkfifo', [pipe], { signal });
  if (made.exitCode !== 0)
    throw new InfraError(`No pipe for a core can be made in ${folder.path}.`, {
      code: 'VM_NO_PIPE',
      detail: made.output,
    });
  const unfinished = `${file}.unfinished`;
  const ended = new AbortController();
  const copying = pipeline(createReadStream(pipe), createWriteStream(unfinished), { signal: ended.signal });
  copying.catch(() => {});
  const dumping = (async () => {
    await qmp.execute('stop');
    // Without "detach" the answer comes when all is written.
    await qmp.execute('dump-guest-memory', { paging: !physical, protocol: `file:${pipe}` });
    await copying;
  })();
  try {
    await bounded('dumping a guest’s memory', dumping, { deadlineMs: DUMP_MS, signal });
    await rename(unfinished, file);
  } finally {
    ended.abort();
    // A QEMU that died has not opened the pipe: what waits for that goes on.
    const other = await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => undefined);
    await other?.close();
    await rm(unfinished, { force: true });
  }
}

/** Has the QEMU of a guest stay when the guest resets, as it does at the end of a panic, so that it can be dumped. */
export async function stayAtReset({ qmp }: Pick<Guest, 'qmp'>): Promise<void> {
  await qmp.execute('set-action', { shutdown: 'pause' });
}
