import { access, constants } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InfraError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { sweepAbandoned } from '../../process/sweep-abandoned.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import type { Guest, GuestWait } from '../guest.ts';
import { launchClone, resumeClone, type CloneSource } from './clone.ts';

/** A guest whose memory can be read and written from outside. Disposing of it ends the guest. */
export interface GuestWithMemory extends AsyncDisposable {
  readonly guest: Guest;
  /** Its physical memory, from the first byte of RAM on. It is gone with the guest. */
  readonly memoryFile: string;
}

/** A file system in memory: what a guest writes to its memory never has to reach a disk. */
const IN_MEMORY = '/dev/shm';

/** Copies a template's memory, of which most is holes, and starts a clone on the copy. */
export async function cloneWithMemory(source: CloneSource, wait: GuestWait): Promise<GuestWithMemory> {
  const askedAt = performance.now();
  await using resources = new AsyncDisposableStack();
  const parent = await folderForMemory();
  const folder = resources.use(await createTemporaryFolder('kgate-memory', parent));
  const ram = join(folder.path, 'ram');
  const copied = await runCommand('cp', ['--sparse=always', source.files.ram, ram], { signal: wait.signal });
  if (copied.exitCode !== 0)
    throw new InfraError('The memory of a template cannot be copied.', {
      code: 'VM_MEMORY_NOT_COPIED',
      hint: `Make room in ${parent}.`,
      detail: copied.output,
    });
  const own: CloneSource = { ...source, files: { ...source.files, ram }, isShared: true };
  const guest = resources.use(await resumeClone(own, await launchClone(own), askedAt, wait));
  const owned = resources.move();
  return { guest, memoryFile: ram, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function folderForMemory(): Promise<string> {
  const usable = await access(IN_MEMORY, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!usable) return tmpdir();
  // What a killed kgate left there takes memory.
  await sweepAbandoned(IN_MEMORY);
  return IN_MEMORY;
}
